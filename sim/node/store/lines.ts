import { closeSync, readSync } from 'node:fs';
import { openWherever } from './journal';

const CHUNK = 1 << 20;

/**
 * Calls `visit` with every line of a file that has an end, without that end, and where it begins in the file. The buffer is
 * used again after `visit` returns. Lines may be of any length. A file that is
 * gone has none.
 */
export function eachLine(file: string, visit: (line: Buffer, offset: number) => void): void {
  const descriptor = openWherever(file);
  if (descriptor === undefined) return;
  try {
    let buffer = Buffer.allocUnsafe(CHUNK);
    let held = 0;
    let offset = 0;
    for (;;) {
      if (held === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
      const read = readSync(descriptor, buffer, held, buffer.length - held, null);
      if (read === 0) return;
      const end = held + read;
      let start = 0;
      for (let at = buffer.indexOf(10, held); at >= 0 && at < end; at = buffer.indexOf(10, start)) {
        visit(buffer.subarray(start, at), offset + start);
        start = at + 1;
      }
      buffer.copyWithin(0, start, end);
      held = end - start;
      offset += start;
    }
  } finally {
    closeSync(descriptor);
  }
}
