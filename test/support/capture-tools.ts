import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a tool on the file; null when it is not installed. */
export function tool(name: string, args: readonly string[], file: Uint8Array): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
  try {
    const path = join(folder, 'capture.pcapng');
    writeFileSync(path, file);
    return execFileSync(name, [...args, path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Skips a test whose tool is not installed, and says so. */
export function needs(test: Mocha.Context, output: string | null, name: string): asserts output is string {
  if (output !== null) return;
  console.log(`      (${name} is not installed)`);
  test.skip();
}
