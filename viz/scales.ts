import { scaleLinear } from 'd3';
import { type Axis, type AxisTick, type Graphic, valuesAlong } from './grammar';
import { withUnit } from './format';
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

function rangeOf(axis: Axis, values: readonly number[]): ValueAxis {
  const { scale, unit, ticks } = axis;
  if (scale === 'categories') {
    const names = axis.values ?? [];
    return given(
      unit,
      names.map((text, value) => ({ value, text })),
      [-0.5, names.length - 0.5],
    );
  }
  if (typeof ticks === 'object') {
    const known = ticks.map(({ value }) => value);
    const ends: [number, number] = [
      axis.from === 'any' || axis.from === undefined ? Math.min(...known) : axis.from,
      axis.to ?? Math.max(...known),
    ];
    return scale === 'log' ? { ...logAxis(unit, ends), unit, unitScale: 1, ticks } : given(unit, ticks, ends);
  }
  if (scale === 'log')
    return logAxis(
      unit,
      typeof axis.from === 'number' ? [...values.filter((v) => v >= (axis.from as number)), axis.from] : values,
    );
  return valueAxis(unit, values, { from: axis.from, to: axis.to }, ticks);
}

/** A linear axis whose ticks are given. */
function given(unit: string, ticks: readonly AxisTick[], domain: [number, number]): ValueAxis {
  return { unit, unitScale: 1, ticks, domain, scale: (start, end) => scaleLinear(domain, [start, end]) };
}
