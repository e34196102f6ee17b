import { displayUnit } from '../../viz/format';
import { NETWORK } from '../stats/derived';
import { METHOD_NAMES } from '../stats/estimate';
import type { Comparison } from '../stats/compare';
import { ruledTable, type RuledColumn } from './ruled-table';

/** Replications that a study should have when nothing is known: Law, section 9.4.1, and the default of scenarios. */
const USUAL_REPLICATIONS = 10;

/** More comparisons than this are shown as a table alone. */
const MOST_SENTENCES = 12;

/** Two variants side by side: a table, a sentence on each difference, and what many comparisons mean. */
export function comparisonText(comparisons: readonly Comparison[], a: string, b: string, power: number): string {
  const parts = [`A: ${a}`, `B: ${b}`, '', comparisonTable(comparisons)];
  if (comparisons.length <= MOST_SENTENCES) parts.push('', ...comparisons.map((one) => sentenceOn(one, power)));
  return [...parts, ...notesOn(comparisons)].join('\n');
}

function comparisonTable(comparisons: readonly Comparison[]): string {
  const names = [...new Set(comparisons.flatMap(({ factors }) => Object.keys(factors)))];
  const many = comparisons.length > 1;
  const right = (heading: string): RuledColumn => ({ heading, align: 'right' });
  const columns: RuledColumn[] = [
    ...names.map((heading): RuledColumn => ({ heading, align: 'left' })),
    { heading: 'metric', align: 'left' },
    ...['A', 'B', 'B - A', '%', 'n', 'p', ...(many ? ['p, adjusted'] : [])].map(right),
    { heading: '', align: 'left' },
  ];
  const rows = comparisons.map((one) => [
    ...names.map((name) => String(one.factors[name] ?? '')),
    nameOf(one),
    ...values(one),
    percent(one.relative.mean),
    countOf(one),
    probability(one.difference.pValue),
    ...(many ? [probability(one.adjusted)] : []),
    one.verdict === 'higher' || one.verdict === 'lower' ? `B is ${one.verdict}` : one.verdict,
  ]);
  return ruledTable(columns, rows);
}

/** Plain words on one comparison: what is known, and what would be needed to know more. */
export function sentenceOn(comparison: Comparison, power: number): string {
  const { difference, verdict, needed, detectable, unit, a, b, relative } = comparison;
  const what = `${nameOf(comparison)}${place(comparison)}`;
  const { n, mean, low, high, pValue } = difference;
  const write = quantities(unit, Math.max(Math.abs(a.mean), Math.abs(b.mean)));
  if (verdict === 'unknown') {
    return `${what}: ${n} replication says nothing about chance; make ${USUAL_REPLICATIONS} or more.`;
  }
  if (verdict === 'identical') return `${what}: the same in all ${n} replications.`;
  if (verdict !== 'not told apart') {
    const share = Number.isNaN(relative.mean) ? '' : ` (${percent(relative.mean)} %)`;
    return (
      `${what}: B is ${verdict} by ${write(Math.abs(mean))} ± ${write(difference.halfWidth)}${share}. ` +
      `It is real with probability ${sure(comparison.probability)}; ` +
      `without any difference, one at least as large would appear in ${chance(pValue)} of such experiments (n = ${countOf(comparison)}).`
    );
  }
  const advice = Number.isFinite(needed)
    ? ` If it is as large as it looks (${write(Math.abs(mean))}), ${needed} replications find it with probability ${power}; ` +
      `${n} find ${write(detectable)} or more.`
    : '';
  return (
    `${what}: not told apart by n = ${countOf(comparison)} (p = ${probability(pValue)}); ` +
    `that B is ${mean < 0 ? 'lower' : 'higher'} has probability ${sure(comparison.probability)}; ` +
    `the difference lies between ${write(low)} and ${write(high)}.${advice}`
  );
}

function notesOn(comparisons: readonly Comparison[]): string[] {
  const first = comparisons[0];
  if (first === undefined) return [];
  const { level, method } = first.difference;
  const of = method === 'welch' ? 'independent replications' : 'replications with common random numbers, paired';
  const notes = [
    '',
    `B - A: mean and half of the ${Math.round(level * 100)} % interval (${METHOD_NAMES[method]}) of ${of}.`,
  ];
  const tested = comparisons.filter(({ difference }) => !Number.isNaN(difference.pValue)).length;
  if (tested > 1) {
    const left = comparisons.filter(({ adjusted }) => adjusted < 1 - level).length;
    notes.push(
      `${tested} comparisons: ${Number(((1 - level) * tested).toPrecision(2))} of them would look real by chance. ` +
        `After Holm's correction ${left === 0 ? 'none is' : left === 1 ? '1 is' : `${left} are`} real.`,
    );
  }
  if (comparisons.some(({ verdict, needed }) => verdict === 'not told apart' && Number.isFinite(needed))) {
    notes.push('Make more replications with another --seed: adding to these until they agree proves nothing.');
  }
  return notes;
}

function values({ a, b, difference, unit }: Comparison): string[] {
  const largest = Math.max(Math.abs(a.mean), Math.abs(b.mean));
  const [write, number] = [quantities(unit, largest), quantities(unit, largest, false)];
  const { mean, halfWidth } = difference;
  const spread = Number.isFinite(halfWidth) ? `${number(mean)} ± ${write(halfWidth)}` : write(mean);
  return [write(a.mean), write(b.mean), `${mean > 0 ? '+' : ''}${spread}`];
}

/** Writes values of one unit with as many digits as the largest of them deserves. */
function quantities(unit: string, largest: number, withUnit = true): (value: number) => string {
  const { scale, text } = displayUnit(unit, largest);
  const size = largest / scale;
  const digits = size >= 100 ? 1 : size >= 10 ? 2 : 3;
  const end = withUnit && text !== '' ? ` ${text}` : '';
  return (value) => `${(value / scale).toFixed(digits)}${end}`;
}

function nameOf({ metric, flow }: Comparison): string {
  return flow === NETWORK ? metric : `${metric} of ${flow}`;
}

function place({ factors }: Comparison): string {
  const values = Object.entries(factors).map(([name, value]) => `${name} = ${value}`);
  return values.length === 0 ? '' : ` at ${values.join(', ')}`;
}

function countOf({ a, b }: Comparison): string {
  return a.n === b.n ? String(a.n) : `${a.n} and ${b.n}`;
}

function percent(share: number): string {
  if (!Number.isFinite(share)) return '';
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(Math.abs(share) < 0.1 ? 2 : 1)}`;
}

function probability(p: number): string {
  if (Number.isNaN(p)) return '';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function chance(p: number): string {
  return p < 0.001 ? 'less than 0.1 %' : `${Number((p * 100).toPrecision(2))} %`;
}

/** Never quite 1. */
function sure(p: number): string {
  return p > 0.999 ? 'above 0.999' : p.toFixed(3);
}
