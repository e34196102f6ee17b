import Table from 'cli-table3';

export interface RuledColumn {
  /** May have several lines. */
  readonly heading: string;
  readonly align: 'left' | 'right';
}

const NO_RULES = Object.fromEntries(
  [
    ...['top-mid', 'top-left', 'top-right', 'bottom-mid', 'bottom-left', 'bottom-right', 'middle'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((place) => [place, '']),
);

/** A table with rules above and below the heading and at the end, as papers have them. */
export function ruledTable(columns: readonly RuledColumn[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ heading }) => ({ content: heading, vAlign: 'bottom' })) as unknown as string[],
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: NO_RULES,
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table.toString().split('\n');
  const headLines = Math.max(...columns.map(({ heading }) => heading.split('\n').length));
  lines.splice(1 + headLines, 0, lines[0]!);
  return lines.map((line) => line.trimEnd().replace(/──$/, '')).join('\n');
}
