import { stringify } from 'csv-stringify/sync';
import { withUnit } from '../format';
import type { Axis, Graphic, Layer, Panel } from '../grammar';

interface Row {
  readonly x?: number;
  readonly y?: number;
  readonly x2?: number;
  readonly y2?: number;
  readonly value?: number | undefined;
  readonly text?: string;
}

const COLUMNS = ['panel', 'x_axis', 'y_axis', 'series', 'mark', 'x', 'y', 'x2', 'y2', 'value', 'text'];

/**
 * The data behind a figure, one row for each thing drawn: where it is in base units, or on which category. Intervals and
 * bands reach from `y` to `y2`. `heading` is the first line, such as where the numbers come from.
 */
export function csvOf(graphic: Graphic, heading: string): string {
  const rows = graphic.panels.flatMap((panel) =>
    panel.layers.flatMap((layer) => rowsOf(layer).map((row) => cellsOf(panel, layer, row))),
  );
  return `# ${heading}\n${stringify([COLUMNS, ...rows])}`;
}

function cellsOf({ heading, x, y }: Panel, layer: Layer, row: Row): unknown[] {
  const isBox = layer.mark === 'boxes';
  return [
    heading,
    withUnit(x.label, x.unit),
    withUnit(y.label, y.unit),
    layer.series.label,
    layer.mark,
    ...[placeOn(x, row.x, isBox ? row.x2 : undefined), placeOn(y, row.y, isBox ? row.y2 : undefined)],
    placeOn(x, x.scale === 'categories' ? undefined : row.x2),
    placeOn(y, y.scale === 'categories' ? undefined : row.y2),
    row.value === undefined || Number.isNaN(row.value) ? '' : written(row.value),
    (row.text ?? '').replaceAll('\n', ' '),
  ];
}

function rowsOf(layer: Layer): readonly Row[] {
  switch (layer.mark) {
    case 'intervals':
    case 'band':
      return layer.rows.map(({ x, low, high }) => ({ x, y: low, y2: high }));
    default:
      return layer.rows;
  }
}

/** A value in base units, or the category at a place; `to` is the other edge of what stands on the category. */
function placeOn({ scale, values = [] }: Axis, value: number | undefined, to = value): string {
  if (value === undefined || Number.isNaN(value)) return '';
  if (scale !== 'categories') return written(value);
  const middle = (value + to!) / 2;
  // Ends of lines that go all the way are on no category.
  return Math.abs(middle - Math.round(middle)) < 0.45 ? (values[Math.round(middle)] ?? '') : '';
}

/** Digits that say something. */
function written(value: number): string {
  return String(Number(value.toPrecision(12)));
}
