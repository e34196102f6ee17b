import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COLUMNS, definitionOf } from '../../sim/run/dictionary';

/** All sources in which metrics are named. */
function sources(): string[] {
  const root = join(__dirname, '../../sim');
  return (readdirSync(root, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts') && !file.startsWith('node') && !file.startsWith('packetdrill'))
    .map((file) => readFileSync(join(root, file), 'utf8'));
}

describe('the data dictionary', () => {
  const texts = sources();
  const named = (pattern: RegExp) =>
    new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name!)));

  it('has every metric that the simulator names (add a line to sim/run/dictionary.ts)', () => {
    const metrics = named(/metric: '(\w+)', unit/g);
    assert.ok(metrics.size > 25, String(metrics.size));
    assert.deepEqual(
      [...metrics].filter((name) => definitionOf(name) === undefined),
      [],
    );
  });

  it('has every quantity that is summed up by mean and percentiles', () => {
    const sampled = named(/\.metrics\('(\w+)'\)/g);
    assert.ok(sampled.size >= 5, String(sampled.size));
    assert.deepEqual(
      [...sampled].filter((name) => definitionOf(`${name}P95`) === undefined),
      [],
    );
  });

  it('has every column of a time series', () => {
    const columns = named(/name: '(\w+_(?:s|bytes|bps|packets))'/g);
    assert.ok(columns.size >= 6);
    assert.deepEqual(
      [...columns].filter((name) => !Object.hasOwn(COLUMNS, name)),
      [],
    );
  });

  it('says what a percentile is of, and knows nothing of what is not there', () => {
    assert.equal(definitionOf('rttP95')!.definition, 'round-trip time: 95th percentile');
    assert.equal(definitionOf('toString'), undefined);
    assert.equal(definitionOf('nothingP95'), undefined);
  });
});
