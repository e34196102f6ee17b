import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Most bytes that a tool may write. */
const MOST = 256 * 2 ** 20;

/** Runs a tool on the file; null when it is not installed. */
export function tool(name: string, args: readonly string[], file: Uint8Array): string | null {
  return inFolder(name, args, file, (_folder, output) => output);
}

/** The texts of files that a tool makes of the file, by their names; null when it is not installed. */
export function filesBy(name: string, args: readonly string[], file: Uint8Array): Map<string, string> | null {
  return inFolder(name, args, file, (folder) => {
    const made = readdirSync(folder).filter((entry) => entry !== CAPTURE);
    return new Map(made.map((entry) => [entry, readFileSync(join(folder, entry), 'utf8')]));
  });
}

const CAPTURE = 'capture.pcapng';

function inFolder<T>(
  name: string,
  args: readonly string[],
  file: Uint8Array,
  read: (folder: string, output: string) => T,
): T | null {
  const cwd = mkdtempSync(join(tmpdir(), 'hopwise-'));
  try {
    writeFileSync(join(cwd, CAPTURE), file);
    const output = execFileSync(name, [...args, CAPTURE], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: MOST,
    });
    return read(cwd, output);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** Skips a test whose tool is not installed, and says so. */
export function needs<T>(test: Mocha.Context, output: T | null, name: string): asserts output is T {
  if (output !== null) return;
  console.log(`      (${name} is not installed)`);
  test.skip();
}
