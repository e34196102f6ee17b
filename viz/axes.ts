import { svg, type SvgNode } from './svg';
import { textWidth, theme } from './theme';

export interface Tick {
  /** Place along the axis, in points. */
  readonly at: number;
  readonly text: string;
}

/** The rectangle that data is drawn in, in points. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Axis on the left, with faint lines across the plot unless told otherwise. `space` is the room left of the plot; the label
 * is at its far side.
 */
export function leftAxis(
  plot: Plot,
  ticks: readonly Tick[],
  label: string,
  space = leftSpace(ticks),
  hasGrid = true,
): SvgNode {
  const x = plot.left;
  const labelX = x - space + theme.labelSize;
  const middle = (plot.top + plot.bottom) / 2;
  return svg(
    'g',
    { class: 'axis y' },
    ...(hasGrid ? ticks : []).map(({ at }) =>
      svg('line', { x1: x, x2: plot.right, y1: at, y2: at, stroke: theme.grid, 'stroke-width': theme.gridWidth }),
    ),
    ...ticks.map(({ at }) => rule(x - theme.tickLength, at, x, at)),
    rule(x, plot.top, x, plot.bottom),
    ...ticks
      .filter(({ text }) => text !== '')
      .map(({ at, text }) =>
        svg(
          'text',
          {
            class: 'tick',
            x: x - theme.tickLength - 2,
            y: at + theme.tickSize * 0.36,
            'font-size': theme.tickSize,
            'text-anchor': 'end',
          },
          text,
        ),
      ),
    ...(label === ''
      ? []
      : [
          svg(
            'text',
            {
              class: 'label',
              transform: `translate(${round(labelX)} ${round(middle)}) rotate(-90)`,
              'text-anchor': 'middle',
            },
            label,
          ),
        ]),
  );
}

/**
 * Axis at the bottom; the text of a tick may have several lines. Without a label it is one of several that share the lowest
 * one's.
 */
export function bottomAxis(plot: Plot, ticks: readonly Tick[], label: string): SvgNode {
  const y = plot.bottom;
  return svg(
    'g',
    { class: 'axis x' },
    rule(plot.left, y, plot.right, y),
    ...ticks.map(({ at }) => rule(at, y, at, y + theme.tickLength)),
    ...ticks
      .filter(({ text }) => text !== '')
      .flatMap(({ at, text }) =>
        text.split('\n').map((line, i) =>
          svg(
            'text',
            {
              class: 'tick',
              x: at,
              y: y + theme.tickLength + theme.tickSize + i * TICK_LINE,
              'font-size': theme.tickSize,
              'text-anchor': 'middle',
            },
            line,
          ),
        ),
      ),
    ...(label === ''
      ? []
      : [
          svg(
            'text',
            {
              class: 'label',
              x: (plot.left + plot.right) / 2,
              y: y + bottomSpace - 2 + (Math.max(...ticks.map(({ text }) => text.split('\n').length)) - 1) * TICK_LINE,
              'text-anchor': 'middle',
            },
            label,
          ),
        ]),
  );
}

/** From a line of a tick's text to the next. */
export const TICK_LINE = theme.tickSize + 1;

/** Room under the plot for ticks of one line and a label. */
export const bottomSpace = theme.tickLength + theme.tickSize + theme.labelSize + 5;

/** Room left of the plot for these ticks and a label. */
export function leftSpace(ticks: readonly Pick<Tick, 'text'>[]): number {
  return theme.tickLength + 2 + widest(ticks) + 6 + theme.labelSize;
}

function widest(ticks: readonly Pick<Tick, 'text'>[]): number {
  return Math.max(...ticks.map(({ text }) => textWidth(text, theme.tickSize)));
}

function rule(x1: number, y1: number, x2: number, y2: number): SvgNode {
  return svg('line', { x1, y1, x2, y2, stroke: theme.ink, 'stroke-width': theme.axisWidth });
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
