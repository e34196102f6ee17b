import { jainIndex, share, sum } from './measures';

/** One number about one flow, or about the whole network; the same shape as `MetricRow` in `sim/run`. */
export interface Measured {
  readonly flow: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/** A session's name and the name that it shares with its likes (`count: n` in a scenario). */
export interface Named {
  readonly name: string;
  readonly group: string;
}

/** The flow that stands for all of them. */
export const NETWORK = 'network';

/**
 * The rows, and after them what follows from them where it is not there yet: the total `goodput` of each group of more
 * than one and of the network, everyone's `share` of all goodput, and `jain`, Jain's index over the sessions' goodputs.
 */
export function withDerived(rows: readonly Measured[], sessions: readonly Named[] = []): readonly Measured[] {
  const goodputs = rows.filter(
    (row) => row.metric === 'goodput' && row.flow !== NETWORK && !isGroup(row.flow, sessions),
  );
  if (goodputs.length === 0) return rows;
  const all = goodputs.map((row) => row.value);
  const totals = groupTotals(goodputs, sessions);
  const derived: Measured[] = [...totals];
  for (const { flow, value } of [...goodputs, ...totals]) {
    derived.push({ flow, metric: 'share', unit: '', value: share(value, all) });
  }
  derived.push({ flow: NETWORK, metric: 'goodput', unit: goodputs[0]!.unit, value: sum(all) });
  derived.push({ flow: NETWORK, metric: 'jain', unit: '', value: jainIndex(all) });
  const known = new Set(rows.map(keyOf));
  return [...rows, ...derived.filter((row) => !known.has(keyOf(row)))];
}

function groupTotals(goodputs: readonly Measured[], sessions: readonly Named[]): Measured[] {
  const groups = new Set(sessions.filter(({ name, group }) => name !== group).map(({ group }) => group));
  return [...groups].map((flow) => {
    const members = new Set(sessions.filter(({ group }) => group === flow).map(({ name }) => name));
    const value = sum(goodputs.filter((row) => members.has(row.flow)).map((row) => row.value));
    return { flow, metric: 'goodput', unit: goodputs[0]!.unit, value };
  });
}

function isGroup(flow: string, sessions: readonly Named[]): boolean {
  return sessions.some(({ name, group }) => group === flow && name !== flow);
}

function keyOf(row: Measured): string {
  return JSON.stringify([row.flow, row.metric]);
}
