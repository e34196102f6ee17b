import Table from 'cli-table3';
import type { Row, Verdict } from './check';
import { linuxGroups } from './groups';
import { runChecks } from './pool';
import { showProgress } from './progress';

/** Prints the simulator beside Linux, row by row. `node ... compare-linux.ts [group ...]` */
async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const chosen = Object.fromEntries(
    Object.entries(linuxGroups).filter(([name]) => wanted.length === 0 || wanted.includes(name)),
  );
  const found = await runChecks(chosen, showProgress);
  for (const [name, rows] of found) {
    process.stdout.write(`\n${chosen[name]!.title}\n${tableOf(rows)}\n`);
  }
  const all = [...found.values()].flat();
  const count = (verdict: Verdict): number => all.filter((row) => row.verdict === verdict).length;
  process.stdout.write(
    `\n${count('inside')} inside the band, ${count('near')} near, ${count('outside')} outside; ` +
      'docs/validation.md explains the differences\n',
  );
}

function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: ['row', 'Linux median [min-max]', 'Hopwise median [min-max]', 'verdict'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push([row.what, row.expected, row.ours, row.verdict]);
  return table.toString();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
