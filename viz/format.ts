import { format } from 'd3';
import { NETWORK } from '../sim/stats/derived';

/** A unit fit to be read: values are divided by `scale` and written with `text` after them ('' for none). */
export interface DisplayUnit {
  readonly scale: number;
  readonly text: string;
}

const PREFIXES: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  'bit/s': [
    [1e9, 'Gbit/s'],
    [1e6, 'Mbit/s'],
    [1e3, 'kbit/s'],
    [1, 'bit/s'],
  ],
  s: [
    [1, 's'],
    [1e-3, 'ms'],
    [1e-6, 'µs'],
    [1e-9, 'ns'],
  ],
  B: [
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
    [1, 'B'],
  ],
};

/** The unit in which the largest of the values is at least 1: bit/s become Mbit/s, seconds milliseconds. */
export function displayUnit(unit: string, largest: number): DisplayUnit {
  const prefixes = PREFIXES[unit];
  if (prefixes === undefined) return { scale: 1, text: unit };
  const [scale, text] =
    prefixes.find(([factor]) => Math.abs(largest) >= factor * (1 - 1e-9)) ?? prefixes[prefixes.length - 1]!;
  return { scale, text };
}

/** A value in base units as people write it: 1.5 Mbit/s. */
export function formatQuantity(value: number, unit: string): string {
  const { scale, text } = displayUnit(unit, value);
  const number = Number((value / scale).toPrecision(3));
  return text === '' ? String(number) : `${number} ${text}`;
}

/** 'cwnd_bytes' to what it measures and its base unit. A name without a known unit is a plain number. */
export function quantityOf(column: string): { readonly quantity: string; readonly unit: string } {
  for (const [suffix, unit] of COLUMN_UNITS) {
    if (column.endsWith(suffix)) return { quantity: words(column.slice(0, -suffix.length)), unit };
  }
  return { quantity: words(column), unit: '' };
}

const COLUMN_UNITS = [
  ['_bit_per_s', 'bit/s'],
  ['_bps', 'bit/s'],
  ['_packets', 'packets'],
  ['_segments', 'segments'],
  ['_bytes', 'B'],
  ['_s', 's'],
] as const;

/** 'queueDelay', 'queue-delay' and 'queue_delay' as people read them: queue delay. 'srtt' is SRTT. */
export function words(name: string): string {
  const spaced = name
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replace(/[_-]+/g, ' ')
    .trim();
  return ABBREVIATIONS[spaced] ?? spaced;
}

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  jain: 'Jain’s fairness index',
  rtt: 'RTT',
  srtt: 'SRTT',
  rto: 'RTO',
  cc: 'congestion control',
};

/** What is measured of whom: 'share of long'; of the network, or of several flows at once, just what. */
export function metricLabel(metric: string, flows: readonly string[]): string {
  const [flow] = flows;
  return flows.length > 1 || flow === NETWORK ? words(metric) : `${words(metric)} of ${flow!}`;
}

/** An axis label: the quantity, and its unit in brackets. */
export function withUnit(quantity: string, unit: string): string {
  return unit === '' ? quantity : `${quantity} (${unit})`;
}

/** Writes the ticks of an axis with as many digits as tell them apart. */
export function tickFormat(ticks: readonly number[]): (value: number) => string {
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : 0;
  let digits = 0;
  while (digits < 6 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits++;
  return format(`.${digits}f`);
}
