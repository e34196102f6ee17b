import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { version } from '../package';

/**
 * What makes a run: the version of the package and a hash of everything that a run loads, as it is executed here. A change to
 * the simulator gives another one even when the version stays; a change to charts or files does not.
 */
export function engineVersion(): string {
  return (known ??= `${version()}+${hashOf(filesOfARun())}`);
}

let known: string | undefined;

/** What threads start with, where all is bundled; the modules, where sources run. */
function filesOfARun(): readonly string[] {
  if (extname(__filename) === '.js') return [join(__dirname, 'worker.js')];
  return modulesBelow(join(__dirname, '../../run'), ['run', 'seed']);
}

/** The sources that these ones import, directly or not, and they themselves; packages of others are not among them. */
export function modulesBelow(folder: string, names: readonly string[]): string[] {
  const found = new Set<string>();
  const open = names.map((name) => join(folder, `${name}.ts`));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const target = join(dirname(file), path!);
      const module = [`${target}.ts`, join(target, 'index.ts')].find((candidate) => existsSync(candidate));
      if (module !== undefined) open.push(module);
    }
  }
  return [...found].sort();
}

/** Types alone load nothing. */
const IMPORT = /(?:^(?!import type|export type)[^\n]*\bfrom\s+|^\} from\s+)["'](\.{1,2}\/[^"']+)["']/gm;

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(relative(__dirname, file)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 10);
}
