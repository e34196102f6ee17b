import { exp, ln } from '../core/maths';
import { parseDuration, parseRate, parseSize, UnitError } from '../core/units';
import type { RangeFields } from './sweep-schema';

/** Says what is wrong with a range. */
export class RangeProblem extends Error {}

const MOST_VALUES = 100_000;

/** All values from `from` to `to`, as they would be written. Throws `RangeProblem`. */
export function valuesOfRange({ from, to, step, count, scale }: RangeFields): (string | number)[] {
  if ((step === undefined) === (count === undefined)) throw new RangeProblem('expected either step or count');
  const first = quantityOf(from);
  const end = inUnitOf(to, first.unit);
  const written = (value: number): string | number => (first.unit === '' ? value : `${value} ${first.unit}`);
  if (count === 1) return [from];
  const log = scale === 'log';
  if (log && !(first.value > 0 && end > 0)) throw new RangeProblem('expected positive ends on a log scale');
  const steps = count === undefined ? stepsTo(first, end, step!, log) : count - 1;
  if (steps >= MOST_VALUES) throw new RangeProblem(`expected at most ${MOST_VALUES} values`);
  const at = (i: number): number => {
    if (i === 0) return first.value;
    if (count !== undefined) {
      if (i === steps) return end;
      const part = i / steps;
      return log
        ? rounded(exp(ln(first.value) + part * (ln(end) - ln(first.value))), 6)
        : rounded(first.value + part * (end - first.value), 12);
    }
    if (!log) return rounded(first.value + i * signedStep(first, end, step!), 12);
    let value = first.value;
    for (let k = 0; k < i; k++) value = end > first.value ? value * Number(step) : value / Number(step);
    return rounded(value, 12);
  };
  return Array.from({ length: steps + 1 }, (_, i) => written(at(i)));
}

interface Quantity {
  readonly value: number;
  /** Empty for a plain number. */
  readonly unit: string;
}

/** How many steps fit. */
function stepsTo(first: Quantity, end: number, step: string | number, log: boolean): number {
  if (!log) return Math.floor((end - first.value) / signedStep(first, end, step) + 1e-9);
  if (typeof step !== 'number' || step <= 1) {
    throw new RangeProblem('expected a step above 1, without unit: on a log scale it is a factor');
  }
  const ratio = end > first.value ? end / first.value : first.value / end;
  return Math.floor(ln(ratio) / ln(step) + 1e-9);
}

function signedStep(first: Quantity, end: number, step: string | number): number {
  const size = inUnitOf(step, first.unit);
  if (!(size > 0)) throw new RangeProblem('expected a step above 0');
  return end < first.value ? -size : size;
}

function quantityOf(given: string | number): Quantity {
  if (typeof given === 'number') return { value: given, unit: '' };
  const match = /^\s*(-?[0-9.]+(?:e[+-]?[0-9]+)?)\s*(\S.*?)\s*$/i.exec(given);
  if (match === null || Number.isNaN(Number(match[1]))) {
    throw new RangeProblem(`expected a number, or a quantity with its unit, in place of ${JSON.stringify(given)}`);
  }
  return { value: Number(match[1]), unit: match[2]! };
}

/** The value of a quantity in another unit of its kind. */
function inUnitOf(given: string | number, unit: string): number {
  const quantity = quantityOf(given);
  if (quantity.unit === unit) return quantity.value;
  for (const parse of [parseDuration, parseRate, parseSize]) {
    const one = (of: string) => inBase(parse, `1 ${of}`);
    const here = one(quantity.unit);
    const there = one(unit);
    if (here !== undefined && there !== undefined) return rounded((quantity.value * here) / there, 12);
  }
  const name = (of: string) => (of === '' ? 'a plain number' : of);
  throw new RangeProblem(
    `the unit of ${JSON.stringify(given)} does not fit the first value, which is in ${name(unit)}`,
  );
}

function inBase(parse: (text: string) => number, text: string): number | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UnitError) return undefined;
    throw error;
  }
}

/** Without the digits that come from binary fractions. */
function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
