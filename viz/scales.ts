import { scaleLinear } from 'd3';
import { type Axis, type AxisTick, type Graphic, valuesAlong } from './grammar';
import { type DisplayUnit, withUnit } from './format';
import { logAxis, valueAxis, type ValueAxis } from './value-axis';

/** An axis with the range that the data of all its panels need. */
export interface ResolvedAxis extends ValueAxis {
  /** With the unit. */
  readonly title: string;
  readonly kind: Axis['scale'];
}

/** Resolves the axes of a figure: panels with the same axis object share a range. */
export function resolveAxes({ panels }: Graphic): ReadonlyMap<Axis, ResolvedAxis> {
  const values = new Map<Axis, number[]>();
  for (const { x, y, layers } of panels) {
    for (const [axis, direction] of [
      [x, 'x'],
      [y, 'y'],
    ] as const) {
      const known = values.get(axis) ?? [];
      for (const layer of layers) for (const value of valuesAlong(layer, direction)) known.push(value);
      values.set(axis, known);
    }
  }
  return new Map([...values].map(([axis, all]) => [axis, resolve(axis, all)]));
}

function resolve(axis: Axis, values: readonly number[]): ResolvedAxis {
  const found = rangeOf(axis, values);
  return { ...found, title: withUnit(axis.label, found.unit), kind: axis.scale };
}

function rangeOf(
  { scale, unit, ticks, from, to, values: names = [], display }: Axis,
  values: readonly number[],
): ValueAxis {
  if (scale === 'categories') {
    const places = names.map((text, value) => ({ value, text }));
    return given(places, [-0.5, names.length - 0.5], { text: unit, scale: 1 });
  }
  if (typeof ticks === 'object') {
    const known = ticks.map(({ value }) => value);
    const ends: [number, number] = [typeof from === 'number' ? from : Math.min(...known), to ?? Math.max(...known)];
    const shown = display ?? { text: unit, scale: 1 };
    if (scale === 'log') return { ...logAxis(unit, ends), unit: shown.text, unitScale: shown.scale, ticks };
    return given(ticks, ends, shown);
  }
  if (scale === 'log')
    return logAxis(unit, typeof from === 'number' ? [...values.filter((v) => v >= from), from] : values);
  return valueAxis(unit, values, { from, to }, ticks);
}

/** A linear axis whose ticks are given. */
function given(ticks: readonly AxisTick[], domain: [number, number], { text, scale }: DisplayUnit): ValueAxis {
  return { unit: text, unitScale: scale, ticks, domain, scale: (start, end) => scaleLinear(domain, [start, end]) };
}
