import { stringify } from 'csv-stringify/sync';
import type { GalleryRow } from '../verdict/gallery';
import type { Status } from '../verdict/rule';
import { rules } from '../verdict/rules';
import { escape } from '../../viz/svg';
import { SIGNS, STYLE } from './check-html';

/** An architecture of the gallery with its row. */
export interface Exhibit {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly row: GalleryRow;
}

/** One column of the comparison: as text for people, as a value for programs. */
export interface GalleryColumn {
  readonly heading: string;
  /** In gallery.csv, with its unit. */
  readonly csv: string;
  text(row: GalleryRow): string;
  value(row: GalleryRow): string | number | null;
}

const NOTHING = '–';

const numeric = (
  heading: string,
  csv: string,
  of: (row: GalleryRow) => number | null,
  format: (value: number) => string,
): GalleryColumn => ({
  heading,
  csv,
  text: (row) => {
    const value = of(row);
    return value === null ? NOTHING : format(value);
  },
  value: of,
});

const counted =
  (status: Status, isMust = false) =>
  (row: GalleryRow) =>
    row.report.verdicts.filter(
      ({ rule, finding }) => finding.status === status && (!isMust || rule.level.startsWith('MUST')),
    ).length;

const list = (names: readonly string[]) => (names.length === 0 ? 'nobody' : names.join(', '));
const milliseconds = (value: number) => (value * 1e3).toFixed(0);
const megabits = (value: number) => (value / 1e6).toFixed(2);
const nodesIn = ({ report }: GalleryRow) => [
  ...new Set(report.presences.map(({ interposed }) => interposed.node.name)),
];

/** All but the name. */
export const galleryColumns: readonly GalleryColumn[] = [
  numeric('kept', 'kept', counted('kept'), String),
  numeric('broken', 'broken', counted('broken'), String),
  numeric('of them MUST', 'brokenMust', counted('broken', true), String),
  numeric('first message, ms', 'setUpTime_s', (row) => row.setUpTime, milliseconds),
  numeric('delay, ms', 'delay_s', (row) => row.delay, milliseconds),
  numeric('goodput, Mbit/s', 'goodput_bps', (row) => row.goodput, megabits),
  numeric('neighbour, Mbit/s', 'neighbour_bps', (row) => row.neighbour, megabits),
  { heading: 'in the stream', csv: 'intermediaries', text: (row) => list(nodesIn(row)), value: (row) => nodesIn(row).join(' ') }, // prettier-ignore
  { heading: 'can read', csv: 'readers', text: (row) => list(row.readers), value: (row) => row.readers.join(' ') },
  { heading: 'can change', csv: 'changers', text: (row) => list(row.changers), value: (row) => row.changers.join(' ') },
  numeric(
    'availability',
    'availability',
    (row) => row.availability,
    (value) => value.toFixed(3),
  ),
];

/** By rule: sign and word of each architecture. */
function statusOf(row: GalleryRow, rule: string): Status {
  return row.report.verdicts.find((one) => one.rule.name === rule)!.finding.status;
}

export function galleryCsv(exhibits: readonly Exhibit[]): string {
  const columns = ['architecture', ...galleryColumns.map(({ csv }) => csv), ...rules.map(({ name }) => name)];
  const rows = exhibits.map(({ name, row }) => [
    name,
    ...galleryColumns.map((column) => column.value(row)),
    ...rules.map((rule) => statusOf(row, rule.name)),
  ]);
  return stringify([columns, ...rows]);
}

const ABOUT =
  'First message: mean time from the beginning of a session to the arrival of its first message. Goodput: that of a transfer ' +
  'over the same way. Neighbour: goodput of a session that shares the bottleneck and has no intermediary. In the stream: nodes ' +
  'that end connections, speak for others, rewrite, copy, or pass messages on. Can read, can change: who between the ends ' +
  'has the content of messages in the clear, and could change it so that no end can tell. Availability: part of the slots of 5 s in which something arrives while each intermediary and server ' +
  'fails once in 100 s on average, for 10 s.';

/** A page for the documentation. */
export function galleryMarkdown(exhibits: readonly Exhibit[], command: string): string {
  const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
    [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return `# Gallery of architectures

Made by \`${command}\`: do not edit. Each architecture is a scenario in \`scenarios/gallery/\`, with the same network, the same
conversations and the same neighbour; how each verdict is found is in [guidelines.md](guidelines.md).

${table(
  ['architecture', ...galleryColumns.map(({ heading }) => heading)],
  exhibits.map(({ name, row }) => [name, ...galleryColumns.map((column) => column.text(row))]),
)}

${ABOUT}

## Guidelines

✓ kept, ✗ broken, ${NOTHING} not exercised.

${table(
  ['guideline', 'level', ...exhibits.map(({ name }) => name)],
  rules.map(({ name, level }) => [name, level, ...exhibits.map(({ row }) => SIGNS[statusOf(row, name)])]),
)}

## Architectures

${exhibits.map(({ name, title, question }) => `- **${name}**: ${title}. ${question.trim()}`).join('\n')}
`;
}

/** The same as a page without anything from elsewhere. */
export function galleryHtml(exhibits: readonly Exhibit[]): string {
  const areNumbers = galleryColumns.map((column) => exhibits.some(({ row }) => typeof column.value(row) === 'number'));
  const head = (cells: readonly string[], isNumber = (_: number) => false) =>
    `<thead><tr>${cells.map((cell, i) => `<th scope="col"${isNumber(i) ? ' class="number"' : ''}>${escape(cell)}</th>`).join('')}</tr></thead>`;
  const body = (rows: readonly string[]) => `<tbody>\n${rows.join('\n')}\n</tbody>`;
  const numbers = exhibits.map(({ title, row }) => {
    const cells = galleryColumns.map((column, i) => {
      const isNumber = areNumbers[i]!;
      return `<td${isNumber ? ' class="number"' : ''}>${escape(column.text(row))}</td>`;
    });
    return `<tr><th scope="row">${escape(title)}</th>${cells.join('')}</tr>`;
  });
  const verdicts = rules.map(({ name, level }) => {
    const cells = exhibits.map(({ row }) => {
      const status = statusOf(row, name);
      const because = row.report.verdicts.find((one) => one.rule.name === name)!.finding.because;
      return `<td class="${status.replace(' ', '-')}" title="${escape(because)}"><span aria-hidden="true">${SIGNS[status]}</span><span class="hidden">${status}</span></td>`; // prettier-ignore
    });
    return `<tr><th scope="row">${name}</th><td>${level}</td>${cells.join('')}</tr>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gallery of architectures</title>
<style>${STYLE}
main { max-width: 100rem; } .hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
th.number { text-align: right; } .turned thead th { vertical-align: bottom; font-size: .86rem; } .turned td { text-align: center; } .turned td:nth-child(2) { text-align: left; white-space: nowrap; } .scroll { overflow-x: auto; }
</style>
</head>
<body>
<main>
<h1>Gallery of architectures</h1>
<p>${escape(ABOUT)}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Comparison"><table>
<caption>Comparison</caption>
${head(['Architecture', ...galleryColumns.map(({ heading }) => heading)], (i) => areNumbers[i - 1] === true)}
${body(numbers)}
</table></div>
<div class="scroll" tabindex="0" role="region" aria-label="Guidelines"><table class="turned">
<caption>Guidelines: ✓ kept, ✗ broken, – not exercised</caption>
${head(['Guideline', 'Level', ...exhibits.map(({ title }) => title)])}
${body(verdicts)}
</table></div>
<h2>Architectures</h2>
<dl>
${exhibits.map(({ title, question }) => `<dt><strong>${escape(title)}</strong></dt><dd>${escape(question)}</dd>`).join('\n')}
</dl>
</main>
</body>
</html>
`;
}
