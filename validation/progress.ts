/** One line that rewrites itself on a terminal; silent elsewhere. */
export function showProgress(done: number, of: number, name: string): void {
  if (!process.stderr.isTTY) return;
  const text = done === of ? '' : `${done}/${of} ${name}`;
  process.stderr.write(`\r\x1b[K${text.slice(0, 110)}`);
}
