import { displayUnit } from '../../viz/format';
import { scenariosOf } from '../run/scenario-at';
import { NETWORK } from '../stats/derived';
import type { Estimate } from '../stats/estimate';
import type { Factors, Summary } from '../stats/table';
import type { Digest } from './digest';
import { ruledTable, type RuledColumn } from './ruled-table';

interface Column extends RuledColumn {
  /** Columns with the highest numbers go first when the terminal is narrow; 0 stays. */
  readonly leaves: number;
  cell(point: Digest['points'][number]): string;
}

/** More flows than this are not shown one by one. */
const MOST_FLOWS = 3;
/** More points than this are told of, and in the files. */
const MOST_POINTS = 200;
const PLOT_WIDTH = 25;

/**
 * The results of a study for a terminal: one row per point, with goodput and share of each flow, Jain's index and
 * utilisation as mean ± half of the 95 % interval, and a drawing of the share of the last flow. What does not fit
 * `width` characters is left out, the least important first; it is in the files all the same. Where no session carries
 * anything, as with probes, there are the metrics that the study has bands for.
 */
export function studyTable(digest: Digest, width = Infinity): string {
  const all = digest.points.filter(({ finished }) => finished > 0);
  if (all.length === 0) return 'No run has finished.';
  const points = all.slice(0, MOST_POINTS);
  const counts = new Set(all.map(({ finished }) => finished));
  const more = all.length > points.length ? [`and ${all.length - points.length} more points`] : [];
  let columns = columnsOf(digest, counts.size > 1);
  for (;;) {
    const table = draw(columns, points);
    const least = Math.max(...columns.map(({ leaves }) => leaves));
    if (least === 0 || longestLine(table) <= width) return [table, ...more, caption([...counts])].join('\n');
    columns = columns.filter(({ leaves }) => leaves !== least);
  }
}

function columnsOf({ scenario, points, summaries }: Digest, withCounts: boolean): Column[] {
  const scenarioAt = scenariosOf(scenario);
  const all = flowsOf(
    summaries,
    new Set(points.flatMap(({ factors }) => (scenarioAt(factors)?.sessions ?? []).map(({ group }) => group))),
  );
  const flows = all.length <= MOST_FLOWS ? all : [];
  const rowsOf = (metric: string, flow: string) =>
    summaries.filter((row) => row.metric === metric && row.flow === flow);
  const carriesNothing = summaries.every(({ metric, estimate }) => metric !== 'goodput' || estimate.mean === 0);
  if (carriesNothing && scenario.expect.length > 0) {
    const asked = new Map(scenario.expect.map(({ metric, flow }) => [`${metric} ${flow}`, rowsOf(metric, flow)]));
    return [
      ...scenario.factors.map(({ name }) => factorColumn(name)),
      ...(withCounts ? [countColumn] : []),
      ...[...asked.values()].map((rows, i) => estimateColumn(rows, i)),
    ].filter((column) => column !== undefined);
  }
  const last = flows.length > 1 ? rowsOf('share', flows[flows.length - 1]!) : [];
  return [
    ...scenario.factors.map(({ name }) => factorColumn(name)),
    ...(withCounts ? [countColumn] : []),
    ...flows.map((flow, i) => estimateColumn(rowsOf('goodput', flow), i === flows.length - 1 ? 2 : 4)),
    ...(flows.length > 1 ? flows.map((flow) => estimateColumn(rowsOf('share', flow), 0)) : []),
    estimateColumn(rowsOf('jain', NETWORK), 1),
    estimateColumn(rowsOf('utilisation', NETWORK), 5),
    plotColumn(last, 3),
  ].filter((column) => column !== undefined);
}

function factorColumn(name: string): Column {
  const heading = name.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a}\n${b.toLowerCase()}`);
  return { heading, align: 'left', leaves: 0, cell: ({ factors }) => String(factors[name]) };
}

const countColumn: Column = {
  heading: 'n',
  align: 'right',
  leaves: 0,
  cell: ({ finished }) => String(finished),
};

function estimateColumn(rows: readonly Summary[], leaves: number): Column | undefined {
  if (rows.length === 0) return undefined;
  const { metric, flow } = rows[0]!;
  const { scale, text } = displayUnit(rows[0]!.unit, Math.max(...rows.map(({ estimate }) => estimate.mean)));
  const digits = text === '' ? 3 : 2;
  const name = metric === 'jain' ? 'Jain\nindex' : flow === NETWORK ? metric : `${metric}\nof ${flow}`;
  const estimateAt = byPoint(rows);
  return {
    heading: text === '' ? name : `${name}\n${text}`,
    align: 'right',
    leaves,
    cell: ({ factors }) => {
      const estimate = estimateAt(factors);
      if (estimate === undefined || Number.isNaN(estimate.mean)) return '-';
      const mean = (estimate.mean / scale).toFixed(digits);
      return estimate.halfWidth < Infinity ? `${mean} ± ${(estimate.halfWidth / scale).toFixed(digits)}` : mean;
    },
  };
}

/** Shares on a scale from 0 to 1: ● at the mean, ├ and ┤ at the ends of its interval. */
function plotColumn(rows: readonly Summary[], leaves: number): Column | undefined {
  if (rows.length === 0) return undefined;
  const middle = (PLOT_WIDTH - 1) / 2;
  const scale = `0${'0.5'.padStart(middle + 1).padEnd(PLOT_WIDTH - 2)}1`;
  const estimateAt = byPoint(rows);
  return {
    heading: `share of ${rows[0]!.flow}\n${scale}`,
    align: 'left',
    leaves,
    cell: ({ factors }) => {
      const { mean, halfWidth } = estimateAt(factors) ?? { mean: NaN, halfWidth: NaN };
      if (Number.isNaN(mean)) return '';
      const at = Math.round(mean * (PLOT_WIDTH - 1));
      const reach = halfWidth < Infinity ? Math.round(halfWidth * (PLOT_WIDTH - 1)) : 0;
      const draw = (i: number) => {
        if (i === at) return '●';
        if (Math.abs(i - at) === reach) return i < at ? '├' : '┤';
        if (Math.abs(i - at) < reach) return '─';
        return i === middle ? '┊' : ' ';
      };
      return Array.from({ length: PLOT_WIDTH }, (_, i) => draw(i)).join('');
    },
  };
}

function byPoint(rows: readonly Summary[]): (factors: Factors) => Estimate | undefined {
  const estimates = new Map(rows.map((row) => [JSON.stringify(row.factors), row.estimate]));
  return (factors) => estimates.get(JSON.stringify(factors));
}

/** Groups of sessions that have a goodput; without sessions, whatever has one. */
function flowsOf(summaries: readonly Summary[], groups: ReadonlySet<string>): string[] {
  const flows = new Set(summaries.filter((row) => row.metric === 'goodput').map((row) => row.flow));
  flows.delete(NETWORK);
  return [...flows].filter((flow) => groups.size === 0 || groups.has(flow));
}

function caption(counts: readonly number[]): string {
  if (counts.every((n) => n < 2)) return 'n = 1 replication: no interval.';
  const n = counts.length === 1 ? `n = ${counts[0]!}` : 'n';
  return `Mean ± half of the 95 % confidence interval (Student t) over ${n} replications.`;
}

function draw(columns: readonly Column[], points: Digest['points']): string {
  return ruledTable(
    columns,
    points.map((point) => columns.map((column) => column.cell(point))),
  );
}

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}
