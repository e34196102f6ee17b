import { inkOn } from './draw-layer';
import type { Layer, Series } from './grammar';
import { inkStyle, theme } from './theme';

/** A shaded place in a matrix of categories, with what is written in it. */
export interface Cell {
  /** Counted along the categories of the axes. */
  readonly x: number;
  readonly y: number;
  /** What the shade or the text stands for. */
  readonly value: number | undefined;
  /** Perhaps of several lines. */
  readonly text: string;
  readonly fill: string;
}

const CELLS: Series = { label: '', style: inkStyle, role: 'cells' };

/** A matrix: its shades, and its texts in an ink that is read on them. */
export function cellLayers(cells: readonly Cell[], border: string = theme.paper): Layer[] {
  const boxes = cells.map(({ x, y, value, fill }) => ({
    x: x - 0.5,
    x2: x + 0.5,
    y: y - 0.5,
    y2: y + 0.5,
    value,
    fill,
  }));
  const labels = cells.map(({ x, y, text, fill }) => ({ x, y, text, colour: inkOn(fill) }));
  return [
    { series: CELLS, mark: 'boxes', rows: boxes, fill: 'full', colour: border },
    { series: CELLS, mark: 'labels', rows: labels },
  ];
}
