import { Exit } from '../exit';
import { readRecord, readResults, type ReadResults, type RunRecordFile } from '../read-results';
import { ruledTable } from '../ruled-table';
import { meanOf } from '../../stats/moments';
import type { Observation } from '../../stats/table';
import { print, type Terminal } from '../terminal';

export interface DiffOptions {
  /** Rows of the table of changed means. */
  readonly rows: number;
}

interface Side {
  readonly results: ReadResults;
  readonly record: RunRecordFile;
  /** By point and replication. */
  readonly fingerprints: ReadonlyMap<string, string>;
}

/** Tells in what two result sets differ, run by run and mean by mean. Ends with 1 when they do, as diff does. */
export function diff(a: string, b: string, { rows }: DiffOptions, { out }: Terminal): Exit {
  const [A, B] = [sideOf(a), sideOf(b)];
  const origins = originLines(A.record, B.record);
  const common = [...A.fingerprints.keys()].filter((run) => B.fingerprints.has(run));
  const changed = common.filter((run) => A.fingerprints.get(run) !== B.fingerprints.get(run));
  const onlyA = A.fingerprints.size - common.length;
  const onlyB = B.fingerprints.size - common.length;
  const means = changedMeans(A.results.observations, B.results.observations);
  print(out, [`A: ${A.results.directory}`, `B: ${B.results.directory}`, ...origins].join('\n'));
  print(
    out,
    `${common.length} runs in both: ${common.length - changed.length} the same to the last packet, ${changed.length} not`,
  );
  if (onlyA > 0) print(out, `${onlyA} runs only in A`);
  if (onlyB > 0) print(out, `${onlyB} runs only in B`);
  if (means.length > 0) {
    const table = means.slice(0, rows).map(({ what, at, a: one, b: other, n }) => {
      const percent = one === 0 ? '' : `${(((other - one) / Math.abs(one)) * 100).toPrecision(3)} %`;
      return [what, at, String(Number(one.toPrecision(6))), String(Number(other.toPrecision(6))), percent, n];
    });
    const headings = ['metric', 'at', 'mean in A', 'mean in B', 'change', 'n'];
    const columns = headings.map((heading, i) => {
      const align = i < 2 ? ('left' as const) : ('right' as const);
      return { heading, align };
    });
    print(out, ruledTable(columns, table));
    if (means.length > rows) print(out, `and ${means.length - rows} more means that differ; --rows shows more`);
    print(out, 'Whether a change is more than chance: hopwise compare.');
  }
  const isSame = changed.length + onlyA + onlyB + means.length === 0;
  if (isSame) print(out, 'no difference');
  return isSame ? Exit.ok : Exit.unmet;
}

function sideOf(given: string): Side {
  const results = readResults(given);
  const record = readRecord(results.directory);
  const fingerprints = new Map(
    record.points.flatMap(({ factors, replications }) =>
      replications.map(({ replication, fingerprint }) => [runKey(factors, replication), fingerprint] as const),
    ),
  );
  return { results, record, fingerprints };
}

/** Order of factors does not count, nor whether a value is a number or its text. */
function runKey(factors: Readonly<Record<string, unknown>>, replication: number): string {
  const at = Object.entries(factors)
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort();
  return JSON.stringify([at, replication]);
}

function originLines(a: RunRecordFile, b: RunRecordFile): string[] {
  const names = ['study', 'version', 'scenarioHash', 'seed', 'replications'] as const;
  return names.flatMap((name) => (a[name] === b[name] ? [] : [`${name}: ${a[name]} in A, ${b[name]} in B`]));
}

/** Means over the replications of each side, those that differ most first. */
function changedMeans(a: readonly Observation[], b: readonly Observation[]) {
  const others = cellsOf(b);
  return [...cellsOf(a)]
    .flatMap(([key, { values, first }]) => {
      const other = others.get(key)?.values;
      if (other === undefined) return [];
      const [one, two] = [meanOf(values), meanOf(other)];
      if (one === two || (Number.isNaN(one) && Number.isNaN(two))) return [];
      const at = Object.entries(first.factors).map(([name, value]) => `${name} = ${value}`);
      const n = values.length === other.length ? String(values.length) : `${values.length}, ${other.length}`;
      return [{ what: `${first.metric} of ${first.flow}`, at: at.join(', '), a: one, b: two, n }];
    })
    .sort((x, y) => change(y) - change(x));
}

function change({ a, b }: { readonly a: number; readonly b: number }): number {
  return Math.abs(b - a) / Math.max(Math.abs(a), Math.abs(b));
}

function cellsOf(observations: readonly Observation[]) {
  const cells = new Map<string, { readonly first: Observation; readonly values: number[] }>();
  for (const row of observations) {
    const key = `${runKey(row.factors, 0)} ${row.flow} ${row.metric}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { first: row, values: [row.value] });
    else cell.values.push(row.value);
  }
  return cells;
}
