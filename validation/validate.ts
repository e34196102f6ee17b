import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { type Group, passes, type Row } from './check';
import { groups } from './groups';
import { runChecks } from './pool';
import { showProgress } from './progress';
import { markdown } from './report';

const PAGE = join(__dirname, '..', 'docs', 'validation.md');

/**
 * Checks everything in the registry, prints one table and writes docs/validation.md; fails when a row does.
 * `node ... validate.ts [group ...]` checks only these groups and writes nothing.
 */
async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !Object.hasOwn(groups, name));
  if (unknown.length > 0) {
    throw new Error(`no group is called ${unknown.join(', ')}; there are ${Object.keys(groups).join(', ')}`);
  }
  const chosen = Object.fromEntries(
    Object.entries(groups).filter(([name]) => wanted.length === 0 || wanted.includes(name)),
  );
  const found = await runChecks(chosen, showProgress);
  process.stdout.write(`${tableOf(chosen, found)}\n`);
  const rows = [...found.values()].flat();
  const failed = rows.filter((row) => !passes(row)).length;
  if (wanted.length === 0) {
    writeFileSync(PAGE, markdown(groups, found, readFileSync(join(__dirname, 'differences.md'), 'utf8')));
    process.stdout.write('wrote docs/validation.md\n');
  }
  process.stdout.write(`${rows.length - failed} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function tableOf(chosen: Readonly<Record<string, Group>>, found: ReadonlyMap<string, readonly Row[]>): string {
  const table = new Table({
    head: ['row', 'expected', 'ours', ''],
    colWidths: [62, 34, 34, 6],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const [name, rows] of found) {
    const { title, source } = chosen[name]!;
    table.push([{ colSpan: 4, content: `${title}. ${source}` }]);
    for (const row of rows) table.push([row.what, row.expected, row.ours, passes(row) ? 'pass' : 'FAIL']);
  }
  return table.toString();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
