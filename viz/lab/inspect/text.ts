import { formatQuantity } from '../../format';
import { DROP_REASONS } from '../../../sim/net/queue';
import { Ecn, Flag, Protocol } from '../../../sim/core/packet';

/* How values of a run are written for people. */

export const bytes = (value: number): string => formatQuantity(value, 'B');

/** A stretch of time, ns. */
export const span = (nanos: number): string => formatQuantity(nanos / 1e9, 's');

/** A moment, ns: with digits enough to tell one packet from the next. */
export const moment = (nanos: number): string => `${(nanos / 1e9).toFixed(6)} s`;

export const count = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;

/** `counts` by reason, with their sum: `3 packets (overflow 2, loss 1)`. */
export function drops(counts: readonly number[]): string {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const found = DROP_REASONS.map((name, i) => [name, counts[i + 1] ?? 0] as const).filter(([, n]) => n > 0);
  const reasons = found.length === 0 ? '' : ` (${found.map(([name, n]) => `${name} ${n}`).join(', ')})`;
  return count(total, 'packet') + reasons;
}

/** As RFC 9293 section 3.1 writes them: `SYN, ACK`. */
export function flagNames(flags: number): string {
  const set = Object.entries(Flag).filter(([, bit]) => flags & bit);
  return set.length === 0 ? 'none' : set.map(([name]) => name.toUpperCase()).join(', ');
}

/** RFC 3168 section 5. */
export function ecnName(ecn: number): string {
  if (ecn === Ecn.ce) return 'CE: marked by a queue';
  if (ecn === Ecn.ect0) return 'ECT(0)';
  if (ecn === Ecn.ect1) return 'ECT(1)';
  return 'not ECN-capable';
}

export function protocolName(protocol: number): string {
  const found = Object.entries(Protocol).find(([, value]) => value === protocol);
  return found === undefined ? String(protocol) : found[0].toUpperCase();
}
