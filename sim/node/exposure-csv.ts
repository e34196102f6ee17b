import { stringify } from 'csv-stringify/sync';
import type { Report } from '../verdict/check';
import { MESSAGE_PARTS, type MessagePart, POWERS } from '../verdict/exposure';

const COLUMNS = ['session', 'who', 'part', ...POWERS, ...POWERS.map((power) => `${power}_frame`)];

/**
 * Who could read, change or stop which part of which session: a line for each session, intermediary and part, powerless ones
 * included. A power is 0 or 1; where it is 1, its frame is the number of a packet that shows it in the capture of `--pcap` (0:
 * no link delivered that packet).
 */
export function exposureCsv({ exposures }: Report): string {
  const parts = Object.keys(MESSAGE_PARTS) as MessagePart[];
  const lines = exposures.flatMap(({ session, rows }) =>
    rows.flatMap(({ who, can }) =>
      parts.map((part) => {
        const shown = POWERS.map((power) => can[power].get(part));
        return [
          session,
          who,
          part,
          ...shown.map((evidence) => (evidence === undefined ? 0 : 1)),
          ...shown.map((evidence) => evidence?.packets[0]?.frame),
        ];
      }),
    ),
  );
  return stringify([COLUMNS, ...lines]);
}
