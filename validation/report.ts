import { type Group, passes, type Row } from './check';

/** Rows by group name. */
export type Found = ReadonlyMap<string, readonly Row[]>;

type Groups = Readonly<Record<string, Group>>;

/** docs/validation.md: a function of the rows and of the text on differences. */
export function markdown(groups: Groups, found: Found, differences: string): string {
  const parts = [INTRODUCTION, summary(groups, found), failures(found), differences.trim()];
  for (const [name, rows] of found) parts.push(section(groups[name]!, rows));
  return `${parts.join('\n\n')}\n`;
}

const INTRODUCTION = `# Validation

<!-- Written by \`make validate\`: change validation/ instead. -->

What others have published, beside what Hopwise gives for the same network. Nothing is tuned to these numbers: the standard is
implemented, compared, and what differs is explained. \`make validate\` repeats everything and rewrites this page;
\`make compare\` prints the simulator beside Linux alone, chains included. The sources are in \`test/reference/\`.`;

function summary(groups: Groups, found: Found): string {
  const lines = [...found].map(([name, rows]) => {
    const inside = rows.filter((row) => row.verdict === 'inside').length;
    const near = rows.filter((row) => row.verdict === 'near').length;
    return `| ${groups[name]!.title} | ${rows.length} | ${inside} | ${near} | ${rows.filter((row) => !passes(row)).length} |`;
  });
  return ['## Summary', '', '| | rows | inside | near | failed |', '|---|---:|---:|---:|---:|', ...lines].join('\n');
}

function failures(found: Found): string {
  const rows = [...found.values()].flat().filter((row) => !passes(row));
  if (rows.length === 0) return '## Failed\n\nNone.';
  return ['## Failed', '', table(rows)].join('\n');
}

function section(group: Group, rows: readonly Row[]): string {
  return [`## ${group.title}`, '', `Source: ${group.source}.`, '', group.method, '', table(rows)].join('\n');
}

function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${escape(row.what)} | ${row.expected} | ${row.ours} | ${verdictOf(row)} |`);
  return ['| row | expected | ours | |', '|---|---|---|---|', ...lines].join('\n');
}

/** What the last column says. */
export function verdictOf(row: Row): string {
  if (row.verdict === 'inside') return 'pass';
  if (row.verdict === 'near') return 'pass (near)';
  return row.verdict === 'outside' ? '**fail**' : 'not judged';
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|');
}
