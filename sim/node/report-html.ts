import { escape, toSvgElement } from '../../viz/svg';
import { displayUnit, formatQuantity, words } from '../../viz/format';
import type { Rendered } from '../../viz/render';
import { dictionaryOf } from './result-tables';
import { type Judgement, judgementsIn } from '../scenario/expect';
import { METHOD_NAMES } from '../stats/estimate';
import { NETWORK } from '../stats/derived';
import type { Summary } from '../stats/table';
import type { Report } from '../verdict/check';
import { parametersOf } from './caption';
import { badge, STYLE } from './check-html';
import { provenanceLine } from './provenance';
import type { FinishedStudy } from './read-study';

/** What a report shows besides the results themselves. */
export interface ReportParts {
  readonly charts: readonly Rendered[];
  /** Guidelines judged on one run of the first point; undefined when none of them is touched by what the study does. */
  readonly verdicts: Report | undefined;
}

/** A finished study as one page without anything from elsewhere: to read, to send, to keep. */
export function reportHtml(finished: FinishedStudy, { charts, verdicts }: ReportParts): string {
  const { study, record, tables } = finished;
  const { summaries } = tables;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(study.title)}</title>
<style>${STYLE}${FIGURES}</style>
</head>
<body>
<main>
<h1>${escape(study.title)}</h1>
<p class="run">${escape(provenanceLine(record))}</p>
${study.question === '' ? '' : `<h2>Question</h2>\n<p>${prose(study.question)}</p>`}
${expectations(judgementsIn(study, summaries))}
<h2>Figures</h2>
${charts.length === 0 ? '<p>The scenario has no charts.</p>' : charts.map(figureOf).join('\n')}
<h2>Results</h2>
${resultTable(finished)}
<h2>Statistics</h2>
${statistics(finished)}
${verdicts === undefined ? '' : guidelines(verdicts)}
<h2>Set-up</h2>
${setUp(finished)}
<h2>How to reproduce</h2>
<pre tabindex="0"><code>${escape(`${record.command}\nhopwise reproduce ${finished.directory}`)}</code></pre>
<p>The first command makes the study again from the scenario in the folder of the results; the second makes its runs again and
compares each of them to the last packet. Same version, scenario and seed: same bytes. The fingerprint of all
runs is <code>${record.fingerprint}</code>.</p>
</main>
</body>
</html>
`;
}

function figureOf(chart: Rendered): string {
  if ('problem' in chart) return `<p>${escape(chart.problem)}</p>`;
  const { graphic, figure, width } = chart;
  return `<figure style="max-width: ${Math.round(width * SCREEN)}px">
${toSvgElement(figure)}
<figcaption>${escape(captionOf(graphic.title))}</figcaption>
</figure>`;
}

/** What a figure shows, without the title of the study. */
function captionOf(title: string): string {
  const said = title.replace(/^.*?\?: |^[^:]*: /, '');
  return `${said[0]!.toUpperCase()}${said.slice(1)}.`;
}

/** Pixels of a screen for a point of print. */
const SCREEN = 1.8;

function expectations(judgements: readonly Judgement[]): string {
  if (judgements.length === 0) return '';
  const rows = judgements.map(({ expectation, points, least, most, unit, unmet }) => {
    const { metric, flow, at } = expectation;
    const where = Object.entries(at).map(([name, value]) => `${words(name)} ${String(value)}`);
    const found = least === most ? formatQuantity(least, unit) : `${formatQuantity(least, unit)} to ${formatQuantity(most, unit)}`; // prettier-ignore
    const status = unmet.length === 0 ? 'kept' : 'broken';
    const cells = [where.join(', ') || 'everywhere', bandOf(expectation), points === 0 ? 'no result' : found];
    return `<tr><th scope="row">${escape(`${metric} of ${flow}`)}</th>${cells.map(cell).join('')}<td>${badge(status)}</td></tr>`;
  });
  return `<h2>Answer</h2>
${tableOf('What the study expects, and what it found (means over replications)', ['Measure', 'Where', 'Expected', 'Found', ''], rows)}`;
}

function bandOf({ atLeast, atMost, near }: Judgement['expectation']): string {
  const parts = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast.text}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost.text}`]),
    ...(near === undefined ? [] : ['near its law']),
  ];
  return parts.join(', ');
}

/** More columns than this are not read on a page; all are in the files. */
const MOST_COLUMNS = 8;
const MOST_ROWS = 60;

/** One row for each point, with what charts and expectations are about. */
function resultTable({ study, tables: { summaries } }: FinishedStudy): string {
  const named = columnsOf(study, summaries);
  const shown = named.slice(0, MOST_COLUMNS);
  const points = study.points.slice(0, MOST_ROWS);
  const keyOf = (factors: Summary['factors']) => JSON.stringify(study.factors.map(({ name }) => factors[name]));
  const found = new Map(summaries.map((row) => [`${keyOf(row.factors)} ${row.metric} ${row.flow}`, row]));
  const columns = shown.map(({ metric, flow }) => {
    const rows = summaries.filter((row) => row.metric === metric && row.flow === flow);
    const unit = displayUnit(rows[0]!.unit, Math.max(...rows.map(({ estimate }) => Math.abs(estimate.mean))));
    return { metric, flow, unit };
  });
  const rows = points.map(({ factors }) => {
    const values = columns.map(({ metric, flow, unit: { scale } }) => {
      const row = found.get(`${keyOf(factors)} ${metric} ${flow}`);
      if (row === undefined) return '<td class="number">–</td>';
      const { mean, halfWidth } = row.estimate;
      return `<td class="number">${estimateText(mean / scale, halfWidth / scale)}</td>`;
    });
    return `<tr>${study.factors.map(({ name }) => cell(String(factors[name]))).join('')}${values.join('')}</tr>`;
  });
  const heads = [
    ...study.factors.map(({ name }) => words(name)),
    ...columns.map(({ metric, flow, unit }) => {
      return `${words(metric)}${flow === NETWORK ? '' : ` of ${flow}`}${unit.text === '' ? '' : `, ${unit.text}`}`;
    }),
  ];
  const left = [
    ...(named.length > shown.length ? [`${named.length - shown.length} more measures`] : []),
    ...(study.points.length > points.length ? [`${study.points.length - points.length} more points`] : []),
  ];
  const more = left.length === 0 ? '' : `<p>${left.join(' and ')} are in <code>summary.csv</code>.</p>`;
  return `${tableOf('Mean ± half of the interval', heads, rows)}\n${more}`;
}

/** Text of a scenario, in which `names` stand between backticks. */
function prose(text: string): string {
  return escape(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** More decimals tell nothing: what is so exact is a capacity or a count. */
const MOST_DECIMALS = 4;

/** Mean ± half of the interval, with two digits of the latter. */
function estimateText(mean: number, half: number): string {
  if (!Number.isFinite(half)) return mean.toPrecision(4);
  if (half === 0) return `${mean.toPrecision(4)} ± 0`;
  const digits = Math.min(MOST_DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(half))));
  return `${mean.toFixed(digits)} ± ${half.toFixed(digits)}`;
}

/** Measures that expectations and charts name, in this order; goodput and utilisation when there are none. */
function columnsOf({ expect, charts }: FinishedStudy['study'], summaries: readonly Summary[]) {
  const wanted = [
    ...expect.map(({ metric, flow }) => [metric, flow] as const),
    ...charts.flatMap(({ params: { metric, flow } }) =>
      typeof metric === 'string' && Array.isArray(flow) ? flow.map((one) => [metric, String(one)] as const) : [],
    ),
    ...summaries.filter(({ metric }) => metric === 'goodput').map(({ metric, flow }) => [metric, flow] as const),
    ['utilisation', NETWORK] as const,
  ];
  const known = new Set(summaries.map(({ metric, flow }) => `${metric} ${flow}`));
  const unique = new Map(wanted.map(([metric, flow]) => [`${metric} ${flow}`, { metric, flow }]));
  return [...unique].filter(([key]) => known.has(key)).map(([, column]) => column);
}

function statistics({ study, tables: { summaries } }: FinishedStudy): string {
  const { estimate } = summaries[0]!;
  const counts = [...new Set(summaries.map((row) => row.estimate.n))].sort((a, b) => a - b);
  const metrics = new Set(columnsOf(study, summaries).map(({ metric }) => metric));
  const rows = dictionaryOf(study, summaries).filter(({ kind, name }) => kind === 'metric' && metrics.has(name));
  const n = counts.length === 1 ? String(counts[0]) : `${counts[0]} to ${counts.at(-1)}`;
  const intervals =
    counts.at(-1)! < 2
      ? 'One replication of each point: there are no intervals.'
      : `Intervals hold the mean with ${Math.round(estimate.level * 100)} % confidence (${METHOD_NAMES[estimate.method]}).`;
  return `<p>n = ${n} independent replications of each point, with random numbers of their own: those of replication <i>i</i> are the same at
every point. ${escape(intervals)} What happens in the warm-up does not count.</p>
${tableOf(
  'Measures',
  ['Measure', 'Unit', 'Definition'],
  rows.map(
    ({ name, unit, definition }) => `<tr><th scope="row">${escape(name)}</th>${cell(unit)}${cell(definition)}</tr>`,
  ),
)}`;
}

function guidelines({ verdicts }: Report): string {
  const rows = verdicts.map(
    ({ rule, finding }) =>
      `<tr><th scope="row">${rule.name}</th>${cell(rule.level)}<td>${badge(finding.status)}</td>${cell(finding.because)}</tr>`,
  );
  return `<h2>Guidelines</h2>
<p>Guidelines for Instant Message Sessions (draft-mankin-im-session-guide-00), judged on replication 1 of the first point.</p>
${tableOf('Verdicts', ['Guideline', 'Level', 'Verdict', 'Because'], rows)}`;
}

function setUp({ study }: FinishedStudy): string {
  const parameters = parametersOf(study.source).map(
    ([path, value]) => `<tr><th scope="row"><code>${escape(path)}</code></th>${cell(value)}</tr>`,
  );
  const varied = study.factors.map(
    ({ name, values }) => `<tr><th scope="row">${escape(words(name))}</th>${cell(values.join(', '))}</tr>`,
  );
  return `${varied.length === 0 ? '' : tableOf('What was varied', ['Factor', 'Values'], varied)}
${tableOf('What was set', ['Field', 'Value'], parameters)}`;
}

function tableOf(caption: string, heads: readonly string[], rows: readonly string[]): string {
  const head = heads.map((text) => (text === '' ? '<td></td>' : `<th scope="col">${escape(text)}</th>`)).join('');
  return `<div class="wide" tabindex="0" role="region" aria-label="${escape(caption)}"><table>
<caption>${escape(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function cell(text: string): string {
  return `<td>${escape(text)}</td>`;
}

const FIGURES = `
figure { margin: 1.5rem 0 2.5rem; } figure svg { display: block; width: 100%; height: auto; background: #fff; }
figcaption { font-size: .94rem; margin-top: .4rem; } .wide { overflow-x: auto; } pre { overflow-x: auto; padding: .6rem 1rem; background: var(--soft); }
@media print { figure { break-inside: avoid; } }
`;
