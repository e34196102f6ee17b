import type { Report } from './check';
import type { MessagePart, Power } from './exposure';

/** Who between the ends has that power over a part of the sessions, by what was in the clear in the run. */
export function whoCan({ exposures }: Report, power: Power, part: MessagePart): string[] {
  const names = exposures.flatMap(({ rows }) => rows.filter(({ can }) => can[power].has(part)).map(({ who }) => who));
  return [...new Set(names)].sort();
}

/** Who between the ends could read the content of messages. */
export function readersIn(report: Report): string[] {
  return whoCan(report, 'read', 'body');
}
