import { svg, type SvgNode } from './svg';
import { textWidth, theme } from './theme';

/** In points. Without a height the figure takes what it needs. */
export interface Size {
  readonly width: number;
  readonly height?: number;
}

/** The root of a figure: sized in points, on white, with a title and a description for those who do not see it. */
export function figure(
  size: { readonly width: number; readonly height: number },
  spoken: { readonly title: string; readonly description: string },
  ...children: readonly SvgNode[]
): SvgNode {
  const { width, height } = size;
  return svg(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: `${width}pt`,
      height: `${Math.ceil(height)}pt`,
      viewBox: `0 0 ${width} ${Math.ceil(height)}`,
      role: 'img',
      'font-family': theme.font,
      'font-size': theme.labelSize,
      fill: theme.ink,
    },
    svg('title', {}, spoken.title),
    svg('desc', {}, spoken.description),
    svg('rect', { width, height: Math.ceil(height), fill: theme.paper }),
    ...children,
  );
}

const noteLine = 9;

/** Room that the lines of a note take under a figure. */
export function noteSpace(lines: readonly string[]): number {
  return lines.length * noteLine + 2;
}

/** Small print at the foot of a figure of this height. */
export function note(lines: readonly string[], height: number): SvgNode {
  const first = height - 3 - (lines.length - 1) * noteLine;
  return svg(
    'g',
    { class: 'note', 'font-size': theme.noteSize, fill: theme.faint },
    ...lines.map((line, i) => svg('text', { x: 2, y: first + i * noteLine }, line)),
  );
}

/** Breaks a text at spaces so that no line is wider than this, as far as its words allow. */
export function wrap(content: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of content.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
