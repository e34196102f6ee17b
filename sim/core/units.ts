import type { Nanos } from './event-queue';

/*
 * Quantities as people write them: a number, then a unit. Times become integer nanoseconds, sizes bytes, rates bit/s.
 * Prefixes k, M, G are powers of 1000 and Ki, Mi, Gi powers of 1024.
 */

const TIMES: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  min: 60e9,
  h: 3600e9,
  d: 86400e9,
};
const SIZES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1048576,
  GiB: 1073741824,
  byte: 1,
  bytes: 1,
};
const RATES: Readonly<Record<string, number>> = {
  'bit/s': 1,
  'kbit/s': 1e3,
  'Mbit/s': 1e6,
  'Gbit/s': 1e9,
  'B/s': 8,
  'kB/s': 8e3,
  'MB/s': 8e6,
};

/** Says what was expected; the caller adds where. */
export class UnitError extends Error {}

/** "40 ms" to nanoseconds. Throws `UnitError`. */
export function parseDuration(text: string): Nanos {
  return Math.round(quantity(text, TIMES, 'a time such as 40 ms'));
}

/** "64 KiB" to bytes. Throws `UnitError`. */
export function parseSize(text: string): number {
  return Math.round(quantity(text, SIZES, 'a size such as 64 KiB'));
}

/** "10 Mbit/s" to bit/s. Throws `UnitError`. */
export function parseRate(text: string): number {
  return quantity(text, RATES, 'a rate such as 10 Mbit/s');
}

/** A number with the unit that metrics have: 'bit/s', 's', 'B', 'packets', 'BDP', or '' for a plain number. */
export interface Quantity {
  readonly unit: string;
  readonly value: number;
}

/** "10 Mbit/s", "40 ms", "64 KiB", "1 BDP" or "0.5" in base units; undefined when the text is none of them. */
export function parseQuantity(text: string): Quantity | undefined {
  if (/^\s*-?[0-9.]+(e[+-]?[0-9]+)?\s*$/i.test(text)) return { unit: '', value: Number(text) };
  const match = /^\s*([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\s*([^\s0-9].*?)\s*$/i.exec(text);
  if (match === null) return undefined;
  const [value, unit] = [Number(match[1]), match[2]!];
  if (Object.hasOwn(RATES, unit)) return { unit: 'bit/s', value: value * RATES[unit]! };
  if (Object.hasOwn(SIZES, unit)) return { unit: 'B', value: value * SIZES[unit]! };
  if (Object.hasOwn(TIMES, unit)) return { unit: 's', value: (value * TIMES[unit]!) / 1e9 };
  return unit === 'BDP' || unit === 'packets' ? { unit, value } : undefined;
}

/** A buffer limit: packets, bytes, the time they take at link rate, or bandwidth–delay products of the path. */
export type Limit = { readonly unit: 'packets' | 'bytes' | 'nanoseconds' | 'bdp'; readonly value: number };

/** "67 packets", "64 KiB", "100 ms", "1 BDP". Throws `UnitError`. */
export function parseLimit(text: string): Limit {
  const { value, unit } = split(text, LIMIT_EXPECTED);
  if (unit === 'packets' || unit === 'packet') return { unit: 'packets', value: Math.round(value) };
  if (unit === 'BDP') return { unit: 'bdp', value };
  if (Object.hasOwn(SIZES, unit)) return { unit: 'bytes', value: Math.round(value * SIZES[unit]!) };
  if (Object.hasOwn(TIMES, unit)) return { unit: 'nanoseconds', value: Math.round(value * TIMES[unit]!) };
  throw new UnitError(`${LIMIT_EXPECTED}; unknown unit ${unit}`);
}

const LIMIT_EXPECTED = 'expected a buffer limit such as 67 packets, 64 KiB, 100 ms or 1 BDP';

/** Nanoseconds as people write them. */
export function formatDuration(t: Nanos): string {
  return inBestUnit(t, [
    ['s', 1e9],
    ['ms', 1e6],
    ['us', 1e3],
    ['ns', 1],
  ]);
}

/** Bit/s as people write them. */
export function formatRate(rate: number): string {
  return inBestUnit(rate, [
    ['Gbit/s', 1e9],
    ['Mbit/s', 1e6],
    ['kbit/s', 1e3],
    ['bit/s', 1],
  ]);
}

/** Bytes as people write them. */
export function formatSize(bytes: number): string {
  return inBestUnit(bytes, [
    ['GiB', 1073741824],
    ['MiB', 1048576],
    ['KiB', 1024],
    ['B', 1],
  ]);
}

function quantity(text: string, units: Readonly<Record<string, number>>, example: string): number {
  const { value, unit } = split(text, `expected ${example}`);
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) {
    throw new UnitError(`expected ${example}; unknown unit ${unit} (known: ${Object.keys(units).join(', ')})`);
  }
  return value * factor;
}

function split(text: string, expected: string): { value: number; unit: string } {
  const match = /^\s*([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\s*([^\s0-9].*?)?\s*$/i.exec(text);
  if (!match) throw new UnitError(expected);
  if (match[2] === undefined) throw new UnitError(`${expected}; the unit is missing`);
  return { value: Number(match[1]), unit: match[2] };
}

function inBestUnit(value: number, units: readonly (readonly [string, number])[]): string {
  const [name, factor] = units.find(([, f]) => Math.abs(value) >= f) ?? units[units.length - 1]!;
  return `${Number((value / factor).toPrecision(6))} ${name}`;
}
