import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', 'test', 'reference');

/** A file of test/reference as text. */
export function referenceText(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** One table of a Markdown file, with the heading above it. */
export interface ReferenceTable {
  readonly heading: string;
  readonly columns: readonly string[];
  /** First cell to the others, by column. */
  readonly rows: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** The table under the first heading that begins with `heading`. Throws if there is none. */
export function referenceTable(file: string, heading: string): ReferenceTable {
  const lines = referenceText(file).split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '').startsWith(heading));
  const first = lines.findIndex((line, i) => i > start && line.startsWith('|'));
  if (start < 0 || first < 0) throw new Error(`${file} has no table under a heading "${heading}"`);
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const columns = cells(lines[first]!);
  const rows = new Map<string, Record<string, string>>();
  for (let i = first + 2; lines[i]?.startsWith('|'); i++) {
    const row = cells(lines[i]!);
    rows.set(row[0]!, Object.fromEntries(columns.map((column, k) => [column, row[k]!])));
  }
  return { heading: lines[start]!.replace(/^#+ /, ''), columns, rows };
}

/** `median [low-high]` as the tables print it. */
export interface Band {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Digits after the point. */
  readonly decimals: number;
}

/** Undefined if the cell holds no band. */
export function bandOf(cell: string): Band | undefined {
  const match = /^([\d.]+) \[([\d.]+)-([\d.]+)\]$/.exec(cell);
  if (match === null) return undefined;
  const decimals = match[1]!.split('.')[1]?.length ?? 0;
  return { median: Number(match[1]), low: Number(match[2]), high: Number(match[3]), decimals };
}
