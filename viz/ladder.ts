import type { Ladder, Rung } from '../sim/run/ladder';
import { figure, note, noteSpace, wrap } from './figure';
import { svg, type SvgNode } from './svg';
import { textWidth, theme } from './theme';

/** Points from message to message, and more where much time passes between two. */
const STEP = 13;
const PAUSE = 12;
/** How much a message falls while it is under way. */
const FALL = 3;
const TOP = 16;
const TIMES = 36;
const HEAD = 4.5;
/** Where a lost message ends, as a share of its way. */
const LOST_AT = 0.78;
const LOST = '#d55e00';

/** How to read it, and what is said for those who do not see it. */
export interface LadderWords {
  readonly title: string;
  readonly provenance: string;
}

/**
 * A message sequence chart: a line for each node, an arrow for each message, in the order in which they were sent; times of
 * sending at the left, of arrival at the right. Broken arrows were sent before; those that end in a cross did not arrive.
 */
export function drawLadder({ nodes, rungs }: Ladder, words: LadderWords, width: number): SvgNode {
  const right = width - TIMES;
  const from = TIMES + textWidth(nodes[0] ?? '', theme.labelSize) / 2 + 4;
  const to = right - textWidth(nodes.at(-1) ?? '', theme.labelSize) / 2 - 4;
  const gap = nodes.length > 1 ? (to - from) / (nodes.length - 1) : 0;
  const at = (name: string) => from + Math.max(0, nodes.indexOf(name)) * gap;
  const pauses = pausesOf(rungs);
  const places = placesOf(rungs, pauses);
  const bottom = (places.at(-1) ?? TOP) + STEP;
  const notes = wrap(legendOf(rungs, pauses), width - 4, theme.noteSize);
  const height = bottom + noteSpace(notes) + 4;
  const spoken = rungs.map((rung) => `${secondsOf(rung.sentAt)} s ${rung.from} to ${rung.to}: ${sayOf(rung)}`);
  return figure(
    { width, height },
    { title: words.title, description: `${spoken.join('; ')}. ${words.provenance}` },
    svg(
      'g',
      { class: 'times', 'font-size': theme.tickSize, fill: theme.faint },
      svg('text', { x: 2, y: 9 }, 'sent, s'),
      svg('text', { x: width - 2, y: 9, 'text-anchor': 'end' }, 'arrived, s'),
    ),
    ...nodes.map((name) => lifeline(name, at(name), bottom)),
    ...pauses.flatMap((much, i) => (much ? [pause(places[i]!, nodes.map(at))] : [])),
    ...rungs.map((rung, i) => message(rung, places[i]!, at(rung.from), at(rung.to), width)),
    note(notes, height),
  );
}

/** Whether so much time passes before a message that a break shows it: ten times what usually passes. */
function pausesOf(rungs: readonly Rung[]): readonly boolean[] {
  const gaps = rungs.map(({ sentAt }, i) => (i === 0 ? 0 : sentAt - rungs[i - 1]!.sentAt));
  const usual = [...gaps].filter((gap) => gap > 0).sort((a, b) => a - b);
  const median = usual[Math.floor(usual.length / 2)] ?? 0;
  return gaps.map((gap) => gap > 10 * median);
}

function placesOf(rungs: readonly Rung[], pauses: readonly boolean[]): readonly number[] {
  let y = TOP;
  return rungs.map((_, i) => (y += STEP + (pauses[i]! ? PAUSE : 0)));
}

function lifeline(name: string, x: number, bottom: number): SvgNode {
  return svg(
    'g',
    { class: 'node' },
    svg('text', { x, y: 9, 'text-anchor': 'middle', 'font-weight': 'bold' }, name),
    svg('line', { x1: x, x2: x, y1: TOP - 3, y2: bottom, stroke: theme.faint, 'stroke-width': theme.axisWidth }),
  );
}

/** The lines of the nodes are broken above the message that comes after a pause. */
function pause(y: number, bars: readonly number[]): SvgNode {
  const middle = y - STEP + 1 - PAUSE / 2 + 2;
  const marks = bars.flatMap((x) => [
    svg('rect', { x: x - 2, y: middle - 4, width: 4, height: 8, fill: theme.paper }),
    svg('line', { x1: x, x2: x, y1: middle - 3.4, y2: middle + 3.6, stroke: theme.faint, 'stroke-width': 1, 'stroke-dasharray': '1 2' }), // prettier-ignore
  ]);
  return svg('g', { class: 'pause' }, ...marks);
}

function message(rung: Rung, y: number, start: number, goal: number, width: number): SvgNode {
  const isLost = rung.arrivedAt < 0;
  const share = isLost ? LOST_AT : 1;
  const end = isLost ? start + (goal - start) * share : goal;
  const low = y + FALL * share;
  const colour = isLost ? LOST : theme.ink;
  const ink = { stroke: colour, 'stroke-width': 0.8, fill: 'none' };
  const label = labelOf(rung, Math.abs(goal - start) - 2 * HEAD);
  const wide = textWidth(label, theme.tickSize) + 2;
  const middle = (start + goal) / 2;
  const times = { class: 'time', 'font-size': theme.tickSize, fill: theme.faint };
  return svg(
    'g',
    { class: ['message', ...(rung.again ? ['again'] : []), ...(isLost ? ['lost'] : [])].join(' ') },
    svg('text', { ...times, x: 2, y: y + 2.4 }, secondsOf(rung.sentAt)),
    svg('line', { x1: start, y1: y, x2: end, y2: low, ...ink, 'stroke-dasharray': rung.again ? '3 2' : undefined }),
    isLost ? cross(end, low, ink) : arrowHead(end, low, Math.sign(end - start), colour),
    // what lies behind the label must not run through it
    svg('rect', { x: middle - wide / 2, y: y - 7.6, width: wide, height: 7, fill: theme.paper }),
    svg('text', { x: middle, y: y - 1.6, 'text-anchor': 'middle', 'font-size': theme.tickSize, fill: colour }, label),
    ...(isLost
      ? []
      : [svg('text', { ...times, x: width - 2, y: low + 2.4, 'text-anchor': 'end' }, secondsOf(rung.arrivedAt))]),
  );
}

function arrowHead(x: number, y: number, towards: number, fill: string): SvgNode {
  const back = x - HEAD * towards;
  const d = `M${fixed(x)},${fixed(y)}L${fixed(back)},${fixed(y - 1.9)}L${fixed(back)},${fixed(y + 1.7)}Z`;
  return svg('path', { class: 'head', d, fill });
}

function cross(x: number, y: number, ink: Readonly<Record<string, string | number>>): SvgNode {
  const d = [-1, 1].map((slope) => `M${fixed(x - 2.6)},${fixed(y - 2.6 * slope)}L${fixed(x + 2.6)},${fixed(y + 2.6 * slope)}`); // prettier-ignore
  return svg('path', { class: 'cross', d: d.join(''), ...ink, 'stroke-width': 1.1 });
}

/** Of a response the number alone where there is no room for its reason. */
function labelOf({ what }: Rung, room: number): string {
  return textWidth(what, theme.tickSize) <= room ? what : what.split(' ')[0]!;
}

function sayOf({ what, again, arrivedAt }: Rung): string {
  return `${what}${again ? ' again' : ''}${arrivedAt < 0 ? ', lost' : ''}`;
}

function legendOf(rungs: readonly Rung[], pauses: readonly boolean[]): string {
  const lost = rungs.filter(({ arrivedAt }) => arrivedAt < 0).length;
  const again = rungs.filter((rung) => rung.again).length;
  return [
    `${rungs.length} messages, ${rungs.reduce((sum, { bytes }) => sum + bytes, 0)} bytes.`,
    ...(again > 0 ? [`Dashed: sent again (${again}).`] : []),
    ...(lost > 0 ? [`Cross: did not arrive (${lost}).`] : []),
    ...(pauses.includes(true) ? ['Broken lines: more time passes.'] : []),
  ].join(' ');
}

/** Seconds to a tenth of a millisecond. */
function secondsOf(at: number): string {
  return (at / 1e9).toFixed(4);
}

function fixed(x: number): string {
  return String(Math.round(x * 100) / 100);
}
