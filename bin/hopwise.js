#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// A checkout runs its sources; an installed package has none and runs what was built.
const sources = join(__dirname, '../sim/node/cli.ts');
if (existsSync(sources)) require('./sources');
const { main } = require(existsSync(sources) ? sources : '../dist/sim/node/cli.js');

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => {
    console.error(error);
    process.exitCode = 3;
  },
);
