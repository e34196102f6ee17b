/**
 * `node bundle.mjs` writes what users run to dist/, and `node bundle.mjs bench` the programs of the bench: each a file with
 * all that it imports. In one file, a constant of another module is a number; from a CommonJS module V8 loads it at each use.
 * `--out` names another folder than dist/.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const ROOT = import.meta.dirname;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: join(ROOT, 'dist') } },
});

/** Beside each other: `cli` requires `commands` when a command is called, and threads start with `worker`. */
const hopwise = { api: 'api', cli: 'cli', commands: 'commands/index', worker: 'worker' };
const bench = () =>
  readdirSync(join(ROOT, 'bench'))
    .filter((file) => /^(main|fingerprints|run-.*)\.ts$/.test(file))
    .map((file) => ({ in: `bench/${file}`, out: `bench/${basename(file, '.ts')}` }));

/** zod brings its messages in forty languages. */
const englishOnly = {
  name: 'english-only',
  setup(bundler) {
    bundler.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.c?js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
    }));
  },
};

const isBench = positionals.includes('bench');
await build({
  absWorkingDir: ROOT,
  entryPoints: isBench ? bench() : Object.entries(hopwise).map(([out, file]) => ({ in: `sim/node/${file}.ts`, out })),
  outdir: values.out,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  sourcemap: true,
  sourcesContent: false,
  // a bundle beside this one; packages that are seldom needed, or have files of their own
  external: ['./commands', '@napi-rs/canvas', '@expo-google-fonts/arimo', 'piscina'],
  plugins: [englishOnly],
  logLevel: 'warning',
});

// bin/hopwise.js compares it with the sources: the bench says nothing about what users run
if (!isBench) writeFileSync(join(values.out, '.built'), '');
