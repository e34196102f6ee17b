import { scaleLinear } from 'd3';
import type { Plot, Tick } from './axes';
import { displayUnit, tickFormat } from './format';
import type { AxisTick } from './grammar';

/** An axis for values in base units, read in a unit that suits them. */
export interface ValueAxis {
  /** '' for none. */
  readonly unit: string;
  /** What values are divided by to be read in `unit`. */
  readonly unitScale: number;
  readonly ticks: readonly AxisTick[];
  /** Its ends, in base units. */
  readonly domain: readonly [number, number];
  /** Values in base units to places between the two given, in points. */
  scale(start: number, end: number): (value: number) => number;
}

/**
 * An axis that holds all these values (base units). It starts at zero when none is negative (anywhere with
 * from: 'any'), and ends at round numbers unless the ends are given.
 */
export function valueAxis(
  unit: string,
  values: readonly number[],
  ends: { readonly from?: number | 'any' | undefined; readonly to?: number | undefined } = {},
  tickCount = 5,
): ValueAxis {
  const [least, largest] = extentOf(values);
  const fixed = typeof ends.from === 'number' ? ends.from : undefined;
  const from = fixed ?? Math.min(least, ends.from === 'any' ? Infinity : 0);
  const to = ends.to ?? Math.max(largest, from);
  const display = displayUnit(unit, Math.max(Math.abs(from), Math.abs(to)));
  const linear = scaleLinear([from / display.scale, (to > from ? to : from + display.scale) / display.scale], [0, 1]);
  if (ends.to === undefined) {
    const [start, end] = linear.copy().nice(tickCount).domain() as [number, number];
    linear.domain([fixed === undefined ? start : linear.domain()[0]!, end]);
  }
  const ticks = linear.ticks(tickCount);
  const text = tickFormat(ticks);
  const [start, end] = linear.domain() as [number, number];
  return {
    unit: display.text,
    unitScale: display.scale,
    ticks: ticks.map((value) => ({ value: value * display.scale, text: text(value) })),
    domain: [start * display.scale, end * display.scale],
    scale: (first, last) => (value) => first + (last - first) * linear(value / display.scale),
  };
}

/**
 * A logarithmic axis for positive values, with ticks at 1, 2 and 5 times the powers of 10, or at those alone when they are
 * many. It reaches a little beyond the values.
 */
export function logAxis(unit: string, values: readonly number[]): ValueAxis {
  const [least, largest] = extentOf(values.filter((value) => value > 0));
  const [low, high] = [Math.log10(least) - 0.05, Math.log10(largest) + 0.05];
  const display = displayUnit(unit, 10 ** ((low + high) / 2));
  const digits = high - low < 2.5 ? [1, 2, 5] : [1];
  const ticks: AxisTick[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const digit of digits) {
      const value = digit * 10 ** power;
      const place = Math.log10(value);
      const text = String(Number((value / display.scale).toPrecision(6)));
      if (place >= low && place <= high) ticks.push({ value, text });
    }
  }
  return {
    unit: display.text,
    unitScale: display.scale,
    ticks,
    domain: [10 ** low, 10 ** high],
    scale: (start, end) => (value) => start + ((end - start) * (Math.log10(value) - low)) / (high - low),
  };
}

/** The least and the largest of the finite values. */
function extentOf(values: readonly number[]): [number, number] {
  let [least, largest] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  return [least, largest];
}

/** The ticks of an axis where a plot puts them: from its bottom to its top. */
export function verticalTicks(axis: ValueAxis, plot: Plot): Tick[] {
  const place = axis.scale(plot.bottom, plot.top);
  return axis.ticks.map(({ value, text }) => ({ at: place(value), text }));
}

/** The ticks of an axis from the left of a plot to its right. */
export function horizontalTicks(axis: ValueAxis, plot: Plot): Tick[] {
  const place = axis.scale(plot.left, plot.right);
  return axis.ticks.map(({ value, text }) => ({ at: place(value), text }));
}
