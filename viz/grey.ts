import { color, lab } from 'd3';
import type { SvgNode } from './svg';

/** The figure as a printer without colour gives it: every colour becomes the grey of the same lightness (CIELAB L*). */
export function inGrey(node: SvgNode): SvgNode {
  const attributes = Object.entries(node.attributes).map(([name, value]) => [name, greyOf(name, value)] as const);
  return {
    tag: node.tag,
    attributes: Object.fromEntries(attributes),
    children: node.children.map((child) => (typeof child === 'string' ? child : inGrey(child))),
  };
}

function greyOf(name: string, value: string | number): string | number {
  if (name !== 'fill' && name !== 'stroke') return value;
  const parsed = color(String(value));
  return parsed === null ? value : lab(lab(parsed).l, 0, 0).formatHex();
}
