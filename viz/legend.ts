import { marker, stroke } from './marks';
import { svg, type SvgNode } from './svg';
import { textWidth, theme, type LineStyle, type Style } from './theme';

/** A name beside the right end of what it names. */
export interface EndLabel {
  readonly text: string;
  /** Where the line ends. */
  readonly x: number;
  readonly y: number;
  readonly style: LineStyle;
  /** Its marker, where it has one. */
  readonly mark?: Style;
}

const sample = 14;
const gap = 4;
const spacing = theme.labelSize + 1.5;

/** Room right of the plot that these labels take. */
export function endLabelSpace(texts: readonly string[]): number {
  return 10 + sample + gap + Math.max(0, ...texts.map((text) => textWidth(text, theme.labelSize)));
}

/** Height that a column of so many labels needs. */
export function endLabelHeight(count: number): number {
  return count * spacing;
}

/** Labels in a column right of the plot, each as near to the end of its line as the others allow, with a leader to it. */
export function endLabels(labels: readonly EndLabel[], right: number, top: number, bottom: number): SvgNode {
  const wanted = labels.map((label) => label.y);
  const at = spread(wanted, spacing, top + spacing / 2, bottom - spacing / 2);
  const x = right + 10;
  return svg(
    'g',
    { class: 'legend' },
    ...labels.map(({ text, x: endX, y: endY, style, mark }, i) => {
      const y = at[i]!;
      const leader = `M${hundredths(endX)},${hundredths(endY)}L${hundredths(right + 2)},${hundredths(y)}H${hundredths(x - 2)}`;
      return svg(
        'g',
        { class: 'entry' },
        svg('path', { class: 'leader', d: leader, fill: 'none', stroke: style.colour, 'stroke-width': 0.35 }),
        stroke(`M${hundredths(x)},${hundredths(y)}H${hundredths(x + sample)}`, style),
        ...(mark ? [marker(x + sample / 2, y, mark)] : []),
        svg('text', { x: x + sample + gap, y: y + theme.labelSize * 0.36 }, text),
      );
    }),
  );
}

/** A name and a drawing of its sample, `sample` wide, its middle left at (x, y). */
export interface LegendEntry {
  readonly text: string;
  draw(x: number, y: number, width: number): SvgNode;
}

/** Entries above a plot, in as many columns as its width has room for. */
export function topLegend(
  entries: readonly LegendEntry[],
  left: number,
  width: number,
): { readonly node: SvgNode; readonly height: number } {
  const cell = 10 + sample + gap + Math.max(...entries.map(({ text }) => textWidth(text, theme.labelSize)));
  const columns = Math.max(1, Math.floor((width + 10) / cell));
  const rowHeight = theme.labelSize + 3;
  const nodes = entries.map(({ text, draw }, i) => {
    const x = left + (i % columns) * cell;
    const y = 6 + Math.floor(i / columns) * rowHeight;
    const name = svg('text', { x: x + sample + gap, y: y + theme.labelSize * 0.36 }, text);
    return svg('g', { class: 'entry' }, draw(x, y, sample), name);
  });
  return { node: svg('g', { class: 'legend' }, ...nodes), height: 6 + Math.ceil(entries.length / columns) * rowHeight };
}

/**
 * Places at least `apart` from each other, within the limits, and as near to the wanted ones as they go: labels that touch
 * form a block centred on the mean of what its members want.
 */
export function spread(wanted: readonly number[], apart: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const startOf = (members: readonly number[]) => {
    const centre = members.reduce((total, i) => total + wanted[i]!, 0) / members.length;
    const length = (members.length - 1) * apart;
    return Math.max(low, Math.min(centre - length / 2, high - length));
  };
  const blocks: { readonly members: readonly number[]; readonly start: number }[] = [];
  for (const i of order) {
    let block = { members: [i] as readonly number[], start: startOf([i]) };
    for (;;) {
      const before = blocks[blocks.length - 1];
      if (before === undefined || before.start + before.members.length * apart <= block.start) break;
      blocks.pop();
      const members = [...before.members, ...block.members];
      block = { members, start: startOf(members) };
    }
    blocks.push(block);
  }
  const placed = [...wanted];
  for (const { members, start } of blocks) members.forEach((i, k) => (placed[i] = start + k * apart));
  return placed;
}

function hundredths(x: number): number {
  return Math.round(x * 100) / 100;
}
