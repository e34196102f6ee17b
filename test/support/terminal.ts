import { PassThrough } from 'node:stream';
import type { Terminal } from '../../sim/node/terminal';

/** A terminal that keeps what is written to it. */
export function recordingTerminal(): Terminal & { readonly written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') =>
    new PassThrough().on('data', (chunk: Buffer) => {
      written[name] += chunk.toString();
    });
  return { out: stream('out'), err: stream('err'), written };
}
