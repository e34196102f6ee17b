import type { SvgNode } from './svg';

/** What figures are painted on: the part of the canvas API (HTML Living Standard, 4.12.5) that they need. */
export interface Surface {
  save(): void;
  restore(): void;
  translate(x: number, y: number): void;
  rotate(angle: number): void;
  fillText(text: string, x: number, y: number): void;
  setLineDash(segments: number[]): void;
  font: string;
  textAlign: string;
  fillStyle: unknown;
  strokeStyle: unknown;
  globalAlpha: number;
  lineWidth: number;
  lineJoin: string;
}

/** A surface, and how it takes a path written as in SVG. */
export interface Painter {
  readonly surface: Surface;
  /** Name of a font that the surface knows, regular and bold. */
  readonly font: string;
  fill(path: string): void;
  stroke(path: string): void;
}

interface Look {
  readonly fill: string;
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly size: number;
  readonly weight: string;
  readonly anchor: string;
}

const PLAIN: Look = { fill: '#000000', stroke: 'none', strokeWidth: 1, size: 8, weight: 'normal', anchor: 'start' };

/** Paints a figure, in its own units: for PDF and pixels, without a browser. */
export function paint(node: SvgNode, painter: Painter, inherited: Look = PLAIN): void {
  const { surface } = painter;
  const { attributes } = node;
  const look = lookOf(node, inherited);
  surface.save();
  surface.globalAlpha *= Number(attributes['opacity'] ?? 1);
  transform(surface, String(attributes['transform'] ?? ''));
  if (node.tag === 'text') write(node, look, painter);
  else {
    const shape = shapeOf(node);
    if (shape !== undefined) draw(node, shape, look, painter);
  }
  for (const child of node.children) if (typeof child !== 'string') paint(child, painter, look);
  surface.restore();
}

function lookOf({ attributes }: SvgNode, from: Look): Look {
  return {
    fill: String(attributes['fill'] ?? from.fill),
    stroke: String(attributes['stroke'] ?? from.stroke),
    strokeWidth: Number(attributes['stroke-width'] ?? from.strokeWidth),
    size: Number(attributes['font-size'] ?? from.size),
    weight: String(attributes['font-weight'] ?? from.weight),
    anchor: String(attributes['text-anchor'] ?? from.anchor),
  };
}

function transform(surface: Surface, written: string): void {
  for (const [, name, numbers] of written.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a = 0, b = 0] = numbers!.split(/[ ,]+/).map(Number);
    if (name === 'translate') surface.translate(a, b);
    else if (name === 'rotate') surface.rotate((a * Math.PI) / 180);
    else throw new Error(`a figure has a transformation that cannot be painted: ${name}`);
  }
}

const ALIGN: Readonly<Record<string, string>> = { start: 'left', middle: 'center', end: 'right' };

function write({ attributes, children }: SvgNode, look: Look, { surface, font }: Painter): void {
  surface.font = `${look.weight} ${look.size}px "${font}"`;
  surface.textAlign = ALIGN[look.anchor]!;
  surface.fillStyle = look.fill;
  surface.fillText(children.join(''), Number(attributes['x'] ?? 0), Number(attributes['y'] ?? 0));
}

function draw({ attributes }: SvgNode, shape: string, look: Look, { surface, fill, stroke }: Painter): void {
  if (look.fill !== 'none') {
    const alpha = surface.globalAlpha;
    surface.globalAlpha = alpha * Number(attributes['fill-opacity'] ?? 1);
    surface.fillStyle = look.fill;
    fill(shape);
    surface.globalAlpha = alpha;
  }
  if (look.stroke === 'none') return;
  const dashes = attributes['stroke-dasharray'];
  surface.setLineDash(dashes === undefined ? [] : String(dashes).split(' ').map(Number));
  surface.strokeStyle = look.stroke;
  surface.lineWidth = look.strokeWidth;
  surface.lineJoin = String(attributes['stroke-linejoin'] ?? 'miter');
  stroke(shape);
}

/** The outline of an element as a path; undefined for those that only hold others. */
function shapeOf({ tag, attributes }: SvgNode): string | undefined {
  const at = (name: string) => Number(attributes[name] ?? 0);
  switch (tag) {
    case 'path':
      return String(attributes['d']);
    case 'line':
      return `M${at('x1')},${at('y1')}L${at('x2')},${at('y2')}`;
    case 'rect':
      return `M${at('x')},${at('y')}h${at('width')}v${at('height')}h${-at('width')}Z`;
    case 'circle':
      return oval(at('cx'), at('cy'), at('r'), at('r'));
    case 'ellipse':
      return oval(at('cx'), at('cy'), at('rx'), at('ry'));
    case 'svg':
    case 'g':
    case 'title':
    case 'desc':
      return undefined;
    default:
      throw new Error(`a figure has an element that cannot be painted: ${tag}`);
  }
}

function oval(cx: number, cy: number, rx: number, ry: number): string {
  return `M${cx - rx},${cy}a${rx},${ry} 0 1 0 ${2 * rx},0a${rx},${ry} 0 1 0 ${-2 * rx},0Z`;
}
