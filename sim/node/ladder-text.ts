import type { Ladder, Rung } from '../run/ladder';

const TIME = 12;

/** A ladder for a terminal of `width` characters: a column for each node, a line for each message with the time it was sent. */
export function ladderText({ nodes, rungs }: Ladder, width: number): string {
  if (rungs.length === 0) return 'No signalling.';
  const longest = Math.max(...rungs.map((rung) => labelOf(rung).length)) + 6;
  const room = nodes.length > 1 ? Math.floor((width - TIME - nodes.at(-1)!.length) / (nodes.length - 1)) : longest;
  const column = Math.max(12, Math.min(longest, room));
  const at = (name: string) => TIME + nodes.indexOf(name) * column;
  const head = nodes.reduce((line, name) => line.padEnd(at(name)) + name, '');
  const lines = rungs.map((rung) => lineOf(rung, nodes.map(at), at(rung.from), at(rung.to)));
  return [head, ...lines].join('\n');
}

function lineOf(rung: Rung, bars: readonly number[], from: number, to: number): string {
  const cells = [...`${(rung.sentAt / 1e9).toFixed(4)} s`.padEnd(Math.max(...bars) + 1)];
  for (const bar of bars) cells[bar] = '|';
  const [left, right] = from < to ? [from, to] : [to, from];
  const inner = right - left - 1;
  if (inner <= 2) return `${cells.join('')} ${labelOf(rung)}`;
  const label = ` ${labelOf(rung)} `.slice(0, inner - 2);
  const before = Math.floor((inner - label.length) / 2);
  const arrow = [...('-'.repeat(before) + label + '-'.repeat(inner - before - label.length))];
  const tip = rung.arrivedAt < 0 ? 'x' : from < to ? '>' : '<';
  if (from < to) arrow[inner - 1] = tip;
  else arrow[0] = tip;
  cells.splice(left + 1, inner, ...arrow);
  return cells.join('');
}

function labelOf({ what, again }: Rung): string {
  return again ? `${what} (again)` : what;
}
