import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(__dirname, '..', '..');
const LAB = join(ROOT, 'viz', 'lab');

/** Writes the lab to a folder: static files for any web server. */
export async function buildSite(out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    target: 'es2022',
    outdir: out,
    logLevel: 'warning',
    legalComments: 'linked',
  } as const;
  await Promise.all([
    // the editor comes when it is asked for: a chunk of its own
    build({ ...common, entryPoints: [join(LAB, 'main.ts')], format: 'esm', splitting: true }),
    build({ ...common, entryPoints: [join(LAB, 'worker.ts')], format: 'iife' }),
  ]);
  for (const file of ['index.html', 'style.css']) cpSync(join(LAB, file), join(out, file));
  cpSync(join(ROOT, 'docs', 'reference', 'scenario.schema.json'), join(out, 'schema.json'));
  writeFileSync(join(out, 'scenarios.json'), JSON.stringify(shippedScenarios()));
}

/** Texts of the scenarios that need no other file, by name. */
export function shippedScenarios(): Record<string, string> {
  const folder = join(ROOT, 'scenarios');
  const texts = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => [file.replace('.yaml', ''), readFileSync(join(folder, file), 'utf8')] as const);
  return Object.fromEntries(texts.filter(([, text]) => !/^\s*file:/m.test(text)));
}
