import { symbol } from 'd3';
import { svg, type SvgNode } from './svg';
import { theme, type LineStyle, type Style } from './theme';

/** A point, in the marker of its line; hollow ones are filled with paper so that lines do not show through. */
export function marker(x: number, y: number, style: Style): SvgNode {
  const d = symbol(style.marker, theme.markerArea).digits(2)() ?? '';
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

/** An interval from `low` to `high` (places on the y axis), with a cap at each end that the plot does not cut off. */
export function interval(x: number, low: number, high: number, top: number, bottom: number, colour: string): SvgNode {
  const from = Math.min(low, bottom);
  const to = Math.max(high, top);
  const cap = 2;
  const lines = [`M${x},${from}V${to}`];
  if (from === low) lines.push(`M${x - cap},${low}H${x + cap}`);
  if (to === high) lines.push(`M${x - cap},${high}H${x + cap}`);
  const d = lines.join('').replace(/\d+\.\d{3,}/g, (n) => String(Math.round(Number(n) * 100) / 100));
  return svg('path', { class: 'interval', d, fill: 'none', stroke: colour, 'stroke-width': 0.9 });
}
