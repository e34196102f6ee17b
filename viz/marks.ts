import { pathRound as path, symbol, symbolTimes } from 'd3';
import type { Plot } from './axes';
import { svg, type SvgNode } from './svg';
import { theme, type LineStyle, type Style } from './theme';

/** A point, in the marker of its line; hollow ones are filled with paper so that lines do not show through. */
export function marker(x: number, y: number, style: Style): SvgNode {
  const area = style.marker === symbolTimes ? theme.markerArea / 2 : theme.markerArea;
  const d = symbol(style.marker, area).digits(2)() ?? '';
  return svg('path', {
    class: 'marker',
    d,
    transform: `translate(${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100})`,
    fill: style.filled ? style.colour : theme.paper,
    stroke: style.colour,
    'stroke-width': 0.9,
  });
}

/** A line in the colour and dashes of its style. */
export function stroke(d: string, style: LineStyle, width: number = theme.lineWidth): SvgNode {
  return svg('path', {
    class: 'line',
    d,
    fill: 'none',
    stroke: style.colour,
    'stroke-width': width,
    'stroke-dasharray': style.dash,
    'stroke-linejoin': 'round',
  });
}

/** An interval between two places on the y axis, with a cap at each end that the plot does not cut off. */
export function interval(
  x: number,
  low: number,
  high: number,
  plot: Pick<Plot, 'top' | 'bottom'>,
  colour: string,
): SvgNode {
  const shape = path(2);
  shape.moveTo(x, Math.min(low, plot.bottom));
  shape.lineTo(x, Math.max(high, plot.top));
  for (const end of [low, high]) {
    if (end > plot.bottom || end < plot.top) continue;
    shape.moveTo(x - 2, end);
    shape.lineTo(x + 2, end);
  }
  return svg('path', { class: 'interval', d: shape.toString(), fill: 'none', stroke: colour, 'stroke-width': 0.9 });
}

/** A rectangle in the colour of its style; the `index` of its kind gives the hatching that tells it apart in grey. */
export function bar(
  { x, width, top, bottom }: { x: number; width: number; top: number; bottom: number },
  style: Style,
  index: number,
): SvgNode {
  const outline = { x, y: top, width, height: Math.max(0, bottom - top), stroke: style.colour, 'stroke-width': 0.8 };
  const kind = index % 4;
  if (kind === 0) return svg('rect', { class: 'bar', ...outline, fill: style.colour });
  const box = svg('rect', { class: 'bar', ...outline, fill: theme.paper });
  if (kind === 3) return box;
  const hatch = path(2);
  const step = 3;
  const height = bottom - top;
  // Slanted lines cut at the edges of the rectangle: rising, or falling.
  for (let c = step; c < width + height; c += step) {
    const [x1, y1] = [Math.min(c, width), Math.max(0, c - width)];
    const [x2, y2] = [Math.max(0, c - height), Math.min(c, height)];
    const flip = (y: number) => (kind === 1 ? top + y : bottom - y);
    hatch.moveTo(x + x1, flip(y1));
    hatch.lineTo(x + x2, flip(y2));
  }
  return svg(
    'g',
    {},
    box,
    svg('path', { d: hatch.toString(), fill: 'none', stroke: style.colour, 'stroke-width': 0.7 }),
  );
}
