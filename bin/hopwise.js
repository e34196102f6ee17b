#!/usr/bin/env node
'use strict';
const { existsSync, readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const built = join(root, 'dist/cli.js');
const sources = join(root, 'sim/node/cli.ts');

/** Whether `dist/` is what the sources of a checkout would be bundled to now. */
function isFresh() {
  const stamp = join(root, 'dist/.built');
  if (!existsSync(built) || !existsSync(stamp)) return false;
  const builtAt = statSync(stamp).mtimeMs;
  const older = (folder) =>
    readdirSync(folder, { withFileTypes: true }).every((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? older(path) : !entry.name.endsWith('.ts') || statSync(path).mtimeMs <= builtAt;
    });
  return older(join(root, 'sim')) && older(join(root, 'viz'));
}

// An installed package has no sources; a checkout runs what `npm run build` made of them, or else the sources by ts-node.
const compiled = !existsSync(sources) || isFresh();
if (!compiled) require('ts-node/register/transpile-only');
const { main } = require(compiled ? built : sources);

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => {
    console.error(error);
    process.exitCode = 3;
  },
);
