import { curveLinear, curveStepAfter, lab, line } from 'd3';
import type { Plot } from './axes';
import { decimate } from './decimate';
import type { Label, Layer, Place } from './grammar';
import { bar, interval, marker, stroke } from './marks';
import { svg, type SvgNode } from './svg';
import { theme } from './theme';

/** Values to places on the page, in points. */
export interface Scales {
  x(value: number): number;
  y(value: number): number;
}

/** The marks of a layer. */
export function drawLayer(layer: Layer, scales: Scales, plot: Plot): SvgNode[] {
  const { offset = 0, series, colour, width } = layer;
  const style = colour === undefined ? series.style : { ...series.style, colour };
  const x = (value: number) => scales.x(value + offset);
  const { y } = scales;
  const place = (p: Place): Place => ({ x: x(p.x), y: y(p.y) });
  switch (layer.mark) {
    case 'line': {
      const points = decimate(layer.rows.map(place).filter((p) => within(p.x, plot)));
      const marked = layer.markers === 'all' ? layer.rows : (layer.markers ?? []);
      const path = outlineOf(points, layer.curve === 'step');
      return [stroke(path, style, width), ...marked.map(place).map((p) => marker(p.x, p.y, style))];
    }
    case 'path':
      return [stroke(outlineOf(layer.rows.map(place)), style, width)];
    case 'points':
      return layer.rows
        .map(place)
        .filter((p) => within(p.x, plot) && !Number.isNaN(p.y))
        .map((p) => marker(p.x, p.y, style));
    case 'intervals':
      return layer.rows.map((row) => interval(x(row.x), y(row.low), y(row.high), plot, style.colour));
    case 'band': {
      const edge = [
        ...layer.rows.map((row) => ({ x: row.x, y: row.high })),
        ...layer.rows.map((row) => ({ x: row.x, y: row.low })).reverse(),
      ];
      return [shade(`${outlineOf(edge.map(place))}Z`, style.colour)];
    }
    case 'outline':
      return [
        svg('path', {
          class: 'outline',
          d: `${outlineOf(layer.rows.map(place))}Z`,
          fill: style.colour,
          'fill-opacity': LIGHT,
          stroke: style.colour,
          'stroke-width': width ?? 0.8,
          'stroke-dasharray': style.dash,
        }),
      ];
    case 'boxes':
      return layer.rows.map((row) => {
        const [left, right] = sorted(x(row.x), x(row.x2));
        const [top, bottom] = sorted(y(row.y), y(row.y2));
        const box = { x: left, width: right - left, top, bottom };
        if (typeof layer.fill === 'number') return bar(box, style, layer.fill);
        return svg('rect', {
          class: 'box',
          x: left,
          y: top,
          width: right - left,
          height: bottom - top,
          fill: row.fill ?? style.colour,
          'fill-opacity': layer.fill === 'light' ? LIGHT : undefined,
          stroke: width === 0 ? 'none' : style.colour,
          'stroke-width': width ?? 0.6,
        });
      });
    case 'segments': {
      const path = layer.rows.map((row) => `M${r(x(row.x))},${r(y(row.y))}L${r(x(row.x2))},${r(y(row.y2))}`).join('');
      return path === '' ? [] : [stroke(path, style, width)];
    }
    case 'labels':
      return layer.rows.map((row) => writing(row, place(row)));
  }
}

/** How much of the paper a light fill covers. */
const LIGHT = 0.15;

function shade(d: string, colour: string): SvgNode {
  return svg('path', { class: 'band', d, fill: colour, 'fill-opacity': LIGHT });
}

/** Lines of text around their place. */
function writing({ text, colour, anchor = 'middle' }: Label, { x, y }: Place): SvgNode {
  const lines = text.split('\n');
  const height = theme.tickSize + 1.5;
  const first = y - ((lines.length - 1) * height) / 2 + theme.tickSize * 0.36;
  const written = lines.map((one, i) =>
    svg(
      'text',
      { class: 'value', x, y: first + i * height, 'font-size': theme.tickSize, 'text-anchor': anchor, fill: colour },
      one,
    ),
  );
  return written.length === 1 ? written[0]! : svg('g', {}, ...written);
}

/** The ink that is read on a fill. */
export function inkOn(fill: string): string {
  return lab(fill).l > 55 ? theme.ink : theme.paper;
}

function outlineOf(points: readonly Place[], isStep = false): string {
  const shape = line<Place>(
    (p) => p.x,
    (p) => p.y,
  ).defined((p) => !Number.isNaN(p.y));
  return shape.curve(isStep ? curveStepAfter : curveLinear).digits(points.length > 200 ? 1 : 2)(points) ?? '';
}

function within(x: number, plot: Plot): boolean {
  return x >= plot.left - 1e-6 && x <= plot.right + 1e-6;
}

function sorted(a: number, b: number): [number, number] {
  return a <= b ? [a, b] : [b, a];
}

function r(x: number): number {
  return Math.round(x * 100) / 100;
}
