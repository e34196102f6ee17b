import Table from 'cli-table3';

/** Rows under headings, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    colAligns: head.map((_, i) => (rows.every((row) => /^[\d.–-]/.test(row[i]!) || row[i] === '') ? 'right' : 'left')),
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn.toString();
}
