import { Capture } from '../../sim/capture/capture';
import type { Report } from '../../sim/verdict/check';
import { type Messaging, reportOf } from './messaging';

/** A report, and the capture of all links in the same run: what `hopwise check --pcap` writes. */
export function captured(options: Messaging): { readonly report: Report; readonly file: Buffer } {
  const parts: Uint8Array[] = [];
  const report = reportOf(options, {
    prepare({ simulation }) {
      const capture = new Capture(simulation, (part) => parts.push(part));
      for (const link of simulation.links) capture.link(link);
    },
  });
  return { report, file: Buffer.concat(parts) };
}
