import { parseQuantity } from '../sim/core/units';
import { displayUnit } from './format';

/** The values of a factor read as quantities. */
export interface Quantities {
  /** In base units. */
  readonly values: readonly number[];
  /** As they stand at an axis, without their unit. */
  readonly texts: readonly string[];
  /** The unit to write once, behind the name of the axis; '' for none. */
  readonly unit: string;
  /** What values are divided by to be read in it. */
  readonly unitScale: number;
  /** The base unit of `values`, as metrics have it. */
  readonly base: string;
}

/** Reads `[0.25 BDP, 1 BDP]` or `[1, 2]`; undefined when some value is no quantity, or of another kind than the others. */
export function quantitiesOf(labels: readonly (string | number)[]): Quantities | undefined {
  const read = labels.map((label) => parseQuantity(String(label)));
  const base = read[0]?.unit;
  if (base === undefined || read.some((quantity) => quantity?.unit !== base)) return undefined;
  const values = read.map((quantity) => quantity!.value);
  const written = labels.map((label) => /^\s*([-0-9.e+]+)\s*(.*?)\s*$/i.exec(String(label))!);
  const units = new Set(written.map((match) => match[2]!));
  if (units.size === 1) {
    const texts = written.map((match) => match[1]!);
    const some = texts.findIndex((text) => Number(text) !== 0);
    return { values, texts, unit: [...units][0]!, unitScale: some < 0 ? 1 : values[some]! / Number(texts[some]), base };
  }
  const { scale, text } = displayUnit(base, Math.max(...values));
  return {
    values,
    texts: values.map((value) => String(Number((value / scale).toPrecision(6)))),
    unit: text,
    unitScale: scale,
    base,
  };
}

/** Labels as they stand at an axis of categories: without a unit that all of them share. */
export function categoriesOf(labels: readonly (string | number)[]): Pick<Quantities, 'texts' | 'unit'> {
  return quantitiesOf(labels) ?? { texts: labels.map(String), unit: '' };
}
