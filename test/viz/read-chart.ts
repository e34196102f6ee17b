import { elements, textOf, type SvgNode } from '../../viz/svg';

/** Children of a node, and theirs, that have this class. */
export function ofClass(node: SvgNode, name: string): SvgNode[] {
  const own = String(node.attributes.class ?? '')
    .split(' ')
    .includes(name)
    ? [node]
    : [];
  return [...own, ...node.children.flatMap((child) => (typeof child === 'string' ? [] : ofClass(child, name)))];
}

/**
 * Reads an axis as a person does: from two of its ticks, to the function that turns a place (points) into the value that is
 * written there.
 */
export function axisReader(axis: SvgNode, along: 'x' | 'y'): (place: number) => number {
  const ticks = ofClass(axis, 'tick').map((tick) => ({
    value: Number(textOf(tick)),
    place: Number(tick.attributes[along]),
  }));
  const [first, last] = [ticks[0]!, ticks[ticks.length - 1]!];
  const perPoint = (last.value - first.value) / (last.place - first.place);
  // Texts stand a little below their tick on the y axis.
  const offset = along === 'y' ? -2.52 : 0;
  return (place) => first.value + (place - (first.place + offset)) * perPoint;
}

/** Where markers are drawn. */
export function markersOf(node: SvgNode): { x: number; y: number }[] {
  return ofClass(node, 'marker').map((marker) => {
    const [, x, y] = /^translate\(([-\d.]+) ([-\d.]+)\)$/.exec(String(marker.attributes.transform))!;
    return { x: Number(x), y: Number(y) };
  });
}

/** All points that a path of straight strokes goes through. */
export function pointsOf(path: SvgNode): { x: number; y: number }[] {
  return [...String(path.attributes.d).matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));
}

/** The names in the legends, in order. */
export function legendOf(node: SvgNode): string[] {
  return ofClass(node, 'entry').flatMap((entry) => elements(entry, 'text').map(textOf));
}

export function axisLabels(node: SvgNode): string[] {
  return ofClass(node, 'label').map(textOf);
}
