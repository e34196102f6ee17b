import type { DisplayUnit } from './format';
import type { Style } from './theme';

/*
 * A figure before it is drawn: panels that share axes, and in each of them layers of data with the mark that shows them.
 * Charts plan figures in these words; `draw-graphic.ts` draws them, `exports/` writes them for other tools.
 *
 * All values are in base units (bit/s, s, B); on an axis of categories they count along its values from 0, and fractions
 * are places between.
 */

export interface Graphic {
  /** What the figure shows. */
  readonly title: string;
  /** Its numbers in words, for those who do not see it. */
  readonly description: string;
  /** Small print: how many replications, what the intervals are, which point. */
  readonly notes: readonly string[];
  /** Small multiples, row by row. Those with the same axis object share its range. */
  readonly panels: readonly Panel[];
  /** Panels side by side; 1 by default. */
  readonly columns?: number;
  /** Names beside the ends of lines, or above the plot. */
  readonly legend: 'end' | 'top' | 'none';
  /** Height of a panel over its width, or what suits by default. */
  readonly aspect?: number;
  /** Or that height, in points. */
  readonly panelHeight?: number;
}

export interface Panel {
  /** '' for none. */
  readonly heading: string;
  readonly x: Axis;
  readonly y: Axis;
  /** In order of drawing. */
  readonly layers: readonly Layer[];
}

export interface AxisTick {
  readonly value: number;
  readonly text: string;
}

export interface Axis {
  /** Without the unit. */
  readonly label: string;
  /** Base unit, '' for none; on an axis of categories the unit of their names. */
  readonly unit: string;
  /** The unit of the texts of ticks that are given. */
  readonly display?: DisplayUnit;
  readonly scale: 'linear' | 'log' | 'categories' | 'hidden';
  /** Names of categories. */
  readonly values?: readonly string[];
  /** Start of the axis; 'any': wherever the data begin. By default 0, or less if some value is. */
  readonly from?: number | 'any' | undefined;
  readonly to?: number | undefined;
  /** About how many ticks, or which. */
  readonly ticks?: number | readonly AxisTick[];
}

export interface Series {
  /** In the legend; '' for none. */
  readonly label: string;
  readonly style: Style;
  /** Class of its marks in SVG, `series` by default. */
  readonly role?: string;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** From `low` to `high` at x. */
export interface Range {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

export interface Box {
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
  /** What the shade stands for, where it does. */
  readonly value?: number | undefined;
  /** In place of the colour of the series. */
  readonly fill?: string;
}

export interface Label extends Place {
  readonly text: string;
  readonly colour?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

interface Common {
  readonly series: Series;
  /** Moves everything along x, so that series do not hide each other; in units of the axis. Not part of the data. */
  readonly offset?: number;
  /** In place of that of the series. */
  readonly colour?: string;
  /** Width of strokes in points. */
  readonly width?: number;
}

export type Layer = Common &
  (
    | {
        /** A line through places in order of x; NaN is a gap. */
        readonly mark: 'line';
        readonly rows: readonly Place[];
        readonly curve?: 'step';
        /** Which of its places have a marker; by default none. */
        readonly markers?: 'all' | readonly Place[];
      }
    /** A line through places in any order: a path through the plane. */
    | { readonly mark: 'path'; readonly rows: readonly Place[] }
    | { readonly mark: 'points'; readonly rows: readonly Place[] }
    | { readonly mark: 'intervals'; readonly rows: readonly Range[] }
    /** The area between low and high. */
    | { readonly mark: 'band'; readonly rows: readonly Range[] }
    | {
        readonly mark: 'boxes';
        readonly rows: readonly Box[];
        /** Filled in full, lightly, or by the hatching of that number. */
        readonly fill: 'full' | 'light' | number;
      }
    /** A closed line, lightly filled. */
    | { readonly mark: 'outline'; readonly rows: readonly Place[] }
    | { readonly mark: 'segments'; readonly rows: readonly (Place & { readonly x2: number; readonly y2: number })[] }
    | { readonly mark: 'labels'; readonly rows: readonly Label[] }
  );

export type Mark = Layer['mark'];

/** Everything between which an axis must reach, in one direction. */
export function valuesAlong(layer: Layer, direction: 'x' | 'y'): number[] {
  const offset = direction === 'x' ? (layer.offset ?? 0) : 0;
  switch (layer.mark) {
    case 'intervals':
    case 'band':
      return layer.rows.flatMap((row) => (direction === 'x' ? [row.x + offset] : [row.low, row.high]));
    case 'boxes':
    case 'segments':
      return layer.rows.flatMap((row) => (direction === 'x' ? [row.x, row.x2] : [row.y, row.y2]));
    default:
      return layer.rows.map((row) => row[direction] + offset);
  }
}
