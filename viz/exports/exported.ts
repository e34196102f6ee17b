import { decimate } from '../decimate';
import type { Graphic, Layer, Place } from '../grammar';
import { resolveAxes, type ResolvedAxis } from '../scales';

/** An axis in the unit that it is read in. */
export interface ExportedAxis {
  readonly title: string;
  readonly domain: readonly [number, number];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly isLog: boolean;
}

/** A panel for other tools: all values are in the units of its axes, offsets are applied, long lines thinned. */
export interface Exported {
  readonly axes: { readonly x: ExportedAxis; readonly y: ExportedAxis };
  readonly layers: readonly Layer[];
}

/** The panels of a figure, in order. */
export function exportedPanels(graphic: Graphic): Exported[] {
  const resolved = resolveAxes(graphic);
  return graphic.panels.map(({ x, y, layers }) => {
    const axes = { x: resolved.get(x)!, y: resolved.get(y)! };
    return {
      axes: { x: axisOf(axes.x), y: axisOf(axes.y) },
      layers: layers.map((layer) => layerOf(layer, axes)),
    };
  });
}

function axisOf({ title, domain, ticks, unitScale, kind }: ResolvedAxis): ExportedAxis {
  const [from, to] = domain;
  return {
    title,
    domain: [short(from / unitScale), short(to / unitScale)],
    ticks: ticks.map(({ value, text }) => ({ at: short(value / unitScale), text })),
    isLog: kind === 'log',
  };
}

function layerOf(layer: Layer, axes: { readonly x: ResolvedAxis; readonly y: ResolvedAxis }): Layer {
  const x = (value: number) => short((value + (layer.offset ?? 0)) / axes.x.unitScale);
  const y = (value: number) => short(value / axes.y.unitScale);
  const place = <P extends Place>(row: P): P => ({ ...row, x: x(row.x), y: y(row.y) });
  switch (layer.mark) {
    case 'line': {
      const { rows, markers } = layer;
      const marked = markers === 'all' ? rows : markers;
      const thin = thinned(rows, axes).map(place);
      return { ...layer, rows: thin, ...(marked === undefined ? {} : { markers: marked.map(place) }) };
    }
    case 'intervals':
    case 'band':
      return { ...layer, rows: layer.rows.map((row) => ({ x: x(row.x), low: y(row.low), high: y(row.high) })) };
    case 'boxes':
      return { ...layer, rows: layer.rows.map((row) => ({ ...place(row), x2: x(row.x2), y2: y(row.y2) })) };
    case 'segments':
      return { ...layer, rows: layer.rows.map((row) => ({ ...place(row), x2: x(row.x2), y2: y(row.y2) })) };
    case 'labels':
      return { ...layer, rows: layer.rows.map(place) };
    default:
      return { ...layer, rows: layer.rows.map(place) };
  }
}

/** As many points as a figure of this width, in points, can show. */
const WIDTH = 500;

function thinned(rows: readonly Place[], { x, y }: { readonly x: ResolvedAxis; readonly y: ResolvedAxis }): Place[] {
  const [across, up] = [x.scale(0, WIDTH), y.scale(WIDTH, 0)];
  const drawn = rows.map((row) => ({ x: across(row.x), y: up(row.y), row }));
  return decimate(drawn.filter((p) => p.x >= -0.1 && p.x <= WIDTH + 0.1)).map(({ row }) => row);
}

/** Digits that print can show. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}

/** The colour of the marks of a layer. */
export function colourOf({ series, colour }: Layer): string {
  return colour ?? series.style.colour;
}
