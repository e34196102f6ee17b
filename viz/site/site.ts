import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = join(__dirname, '..', '..');
const LAB = join(ROOT, 'viz', 'lab');

/** Writes the lab to a folder: static files for any web server. */
export async function buildSite(out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  await build({
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    target: 'es2022',
    outdir: out,
    logLevel: 'warning',
    legalComments: 'linked',
    // what page and engine share is there once; the editor and the judge come when they are asked for
    entryPoints: [join(LAB, 'main.ts'), join(LAB, 'worker.ts')],
    format: 'esm',
    splitting: true,
    plugins: [englishOnly],
  });
  for (const file of ['index.html', 'style.css']) cpSync(join(LAB, file), join(out, file));
  cpSync(join(ROOT, 'docs', 'reference', 'scenario.schema.json'), join(out, 'schema.json'));
  writeFileSync(join(out, 'scenarios.json'), JSON.stringify(shippedScenarios()));
}

/** zod brings its messages in forty languages, a quarter of the engine: the page speaks one. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup(bundler) {
    bundler.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.c?js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
    }));
  },
};

/** Texts of the scenarios that need no other file, by name. */
export function shippedScenarios(): Record<string, string> {
  const folder = join(ROOT, 'scenarios');
  const texts = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => [file.replace('.yaml', ''), readFileSync(join(folder, file), 'utf8')] as const);
  return Object.fromEntries(texts.filter(([, text]) => !/^\s*file:/m.test(text)));
}
