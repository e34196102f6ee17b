'use strict';
/*
 * Lets Node load the TypeScript sources of a checkout. As ts-node does with transpile-only, but what was compiled is kept
 * by content: the compiler, which takes longer to load than all of Hopwise, is needed only for files that changed.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');

const folder = join(__dirname, '../node_modules/.cache/hopwise');
const options = { target: 'ES2022', module: 'CommonJS', esModuleInterop: true, inlineSourceMap: true };
const salt = JSON.stringify([options, require('typescript/package.json').version]);

process.setSourceMapsEnabled(true);
Module._extensions['.ts'] = (module, file) => {
  const source = readFileSync(file, 'utf8');
  const key = createHash('sha256').update(salt).update(file).update(source).digest('hex');
  const cached = join(folder, `${key}.js`);
  module._compile(read(cached) ?? compile(source, file, cached), file);
};

function read(cached) {
  try {
    return readFileSync(cached, 'utf8');
  } catch {
    return undefined;
  }
}

function compile(source, file, cached) {
  const { transpileModule } = require('typescript');
  const { outputText } = transpileModule(source, { fileName: file, compilerOptions: options });
  try {
    mkdirSync(folder, { recursive: true });
    // Renamed when complete: another thread may be doing the same.
    const draft = `${cached}.${process.pid}.${require('node:worker_threads').threadId}`;
    writeFileSync(draft, outputText);
    renameSync(draft, cached);
  } catch {
    // A checkout that cannot be written to works too, only slower.
  }
  return outputText;
}
