import { crc32 } from 'node:zlib';
import type { RunReply } from '../../run/messages';
import { exactJson } from './run-key';

/*
 * One finished run as one line of a file: its key, a checksum, and the reply. The same run gives the same bytes.
 */

const START = '{"run":"';
const CHECK = '","crc32":"';
const REPLY = '","reply":';
const END = '}\n';

export function runLine(key: string, reply: RunReply): string {
  const text = exactJson(reply);
  return `${START}${key}${CHECK}${checksum(text)}${REPLY}${text}${END}`;
}

/** The key of a line, without its end, that is whole; undefined for any other line. */
export function keyOfLine(line: Buffer): string | undefined {
  if (line.length < START.length || line.toString('latin1', 0, START.length) !== START) return undefined;
  const end = line.indexOf('"', START.length);
  return end < 0 ? undefined : line.toString('latin1', START.length, end);
}

/** Whether a line, without its end, is what was written. */
export function isIntact(line: Buffer): boolean {
  const reply = replyStart(line);
  if (reply < 0 || line[line.length - 1] !== 0x7d) return false;
  const sum = line.toString('latin1', reply - REPLY.length - 8, reply - REPLY.length);
  return checksum(line.subarray(reply, line.length - 1)) === sum;
}

/** The reply of an intact line. */
export function replyOfLine(line: Buffer): RunReply {
  const text = line.toString('utf8', replyStart(line), line.length - 1);
  const reply = JSON.parse(text) as RunReply;
  if (!NON_FINITE.test(text)) return reply;
  return {
    ...reply,
    metrics: reply.metrics.map((row) => ({ ...row, value: Number(row.value) })),
    series: reply.series.map(({ name, columns }) => ({
      name,
      columns: columns.map((column) => ({ name: column.name, values: column.values.map(Number) })),
    })),
  };
}

const NON_FINITE = /"(NaN|-?Infinity)"/;

function replyStart(line: Buffer): number {
  const at = line.indexOf(REPLY);
  return at < 0 ? -1 : at + REPLY.length;
}

function checksum(data: string | Buffer): string {
  return crc32(data).toString(16).padStart(8, '0');
}
