import type { Ladder, Rung } from '../../sim/run/ladder';
import { escape } from '../svg';
import { theme } from '../theme';
import { textElement } from './dom';

const ROW = 18;
const HEAD = 22;
const TIME = 66;
/** Between the lines of two nodes. */
const COLUMN = { least: 96, most: 190 };

/** The signalling of a run as a ladder. What has not been sent yet is pale; what is under way at the moment stands out. */
export class LadderView {
  private rungs: readonly Rung[] = [];
  private rows: SVGGElement[] = [];
  private at = 0;

  constructor(private readonly root: HTMLElement) {}

  show({ rungs }: Ladder): void {
    this.rungs = rungs;
    if (rungs.length === 0) {
      this.rows = [];
      this.root.replaceChildren(textElement('p', 'No signalling in this run.'));
      return;
    }
    // in the order in which they come in, so that a proxy stands between those that it serves
    const nodes = [...new Set(rungs.flatMap(({ from, to }) => [from, to]))];
    const room = (this.root.clientWidth - TIME - 16) / nodes.length;
    const column = Math.max(COLUMN.least, Math.min(COLUMN.most, room));
    const width = TIME + column * nodes.length;
    const height = HEAD + ROW * rungs.length + 4;
    const xOf = (name: string): number => TIME + column * (nodes.indexOf(name) + 0.5);
    const lines = nodes.map(
      (name) =>
        `<text x="${xOf(name)}" y="13" text-anchor="middle" font-weight="bold">${escape(name)}</text><path d="M${xOf(name)} ${HEAD - 4}V${height}" stroke="${theme.grid}"/>`,
    );
    const rows = rungs.map((rung, i) => rowOf(rung, xOf(rung.from), xOf(rung.to), HEAD + ROW * (i + 0.5)));
    this.root.innerHTML = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="list" aria-label="Messages of the signalling" font-family="${escape(theme.font)}" font-size="11">${lines.join('')}${rows.join('')}</svg>`;
    this.rows = [...this.root.querySelectorAll('g')];
    this.update(this.at);
  }

  clear(): void {
    this.rungs = [];
    this.rows = [];
    this.root.replaceChildren();
  }

  /** Shows how far the run has come, ns. */
  update(at: number): void {
    this.at = at;
    let last: SVGGElement | null = null;
    for (const [i, row] of this.rows.entries()) {
      const { sentAt, arrivedAt } = this.rungs[i]!;
      const state = sentAt > at ? 'future' : arrivedAt > at || arrivedAt < 0 ? 'now' : 'past';
      if (row.getAttribute('class') !== state) row.setAttribute('class', state);
      if (sentAt <= at) last = row;
    }
    if (last === null) return;
    const { offsetHeight } = this.root;
    this.root.scrollTop = Math.max(0, HEAD + ROW * this.rows.indexOf(last) - offsetHeight + 3 * ROW);
  }
}

function rowOf(rung: Rung, from: number, to: number, y: number): string {
  const { sentAt, arrivedAt, what, again } = rung;
  const isLost = arrivedAt < 0;
  const side = to > from ? 1 : -1;
  const tip = isLost ? to - side * 30 : to;
  const label = again ? `${what} (again)` : what;
  const spoken = `${(sentAt / 1e9).toFixed(4)} s: ${label}, ${rung.from} to ${rung.to}${isLost ? ', did not arrive' : ''}`;
  const end = isLost
    ? `<path d="M${tip - 4} ${y - 4}l8 8m0 -8l-8 8" stroke="currentColor"/>`
    : `<path d="M${tip} ${y}l${-7 * side} -3.5v7z" fill="currentColor"/>`;
  return [
    `<g role="listitem" aria-label="${escape(spoken)}">`,
    `<text x="0" y="${y + 4}" fill="currentColor">${(sentAt / 1e9).toFixed(4)} s</text>`,
    `<path d="M${from} ${y}H${tip}" stroke="currentColor"/>${end}`,
    `<text x="${(from + to) / 2}" y="${y - 3}" text-anchor="middle" fill="currentColor">${escape(label)}</text>`,
    '</g>',
  ].join('');
}
