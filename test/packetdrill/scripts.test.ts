import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { printFailure } from '../../sim/packetdrill/report';
import { runScript } from '../../sim/packetdrill/runner';

const FOLDER = join(__dirname, 'scripts');

describe('trace tests', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.pkt'))) {
    const source = readFileSync(join(FOLDER, file), 'utf8');
    const [title = ''] = source.split('\n');

    it(`${file}: ${title.replace(/^\/\/ /, '')}`, () => {
      const outcome = runScript(source);
      if (!outcome.passed) assert.fail(`\n${printFailure(outcome.failure, file, source)}`);
      assert.deepEqual(outcome.warnings, []);
    });
  }
});
