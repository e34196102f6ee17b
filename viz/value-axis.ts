import { scaleLinear } from 'd3';
import type { Plot, Tick } from './axes';
import { displayUnit, tickFormat } from './format';

/** A linear axis for values in base units, read in a unit that suits them. */
export interface ValueAxis {
  /** '' for none. */
  readonly unit: string;
  /** What values are divided by to be read in `unit`. */
  readonly unitScale: number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
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
  const known = values.filter((value) => Number.isFinite(value));
  const fixed = typeof ends.from === 'number' ? ends.from : undefined;
  const from = fixed ?? Math.min(...known, ends.from === 'any' ? Infinity : 0);
  const to = ends.to ?? Math.max(...known, from);
  const display = displayUnit(unit, Math.max(Math.abs(from), Math.abs(to)));
  const linear = scaleLinear([from / display.scale, (to > from ? to : from + display.scale) / display.scale], [0, 1]);
  if (ends.to === undefined) {
    const [start, end] = linear.copy().nice(tickCount).domain() as [number, number];
    linear.domain([fixed === undefined ? start : linear.domain()[0]!, end]);
  }
  const ticks = linear.ticks(tickCount);
  const text = tickFormat(ticks);
  return {
    unit: display.text,
    unitScale: display.scale,
    ticks: ticks.map((value) => ({ value: value * display.scale, text: text(value) })),
    scale: (start, end) => (value) => start + (end - start) * linear(value / display.scale),
  };
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
