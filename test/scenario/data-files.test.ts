import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadStudy } from '../../sim/node/scenario-files';
import { run } from '../../sim/run/run';
import { parseStudy } from '../../sim/scenario/parse';
import type { Study } from '../../sim/scenario/scenario';

const scenario = (opportunities: string, sweep = '') => `
title: A recorded link
network:
  graph:
    nodes: [a, b]
    links:
      - between: [a, b]
        impairments:
          - trace: { opportunities: ${opportunities} }
sessions:
  - { name: A, from: a, to: b }
run: { duration: 2 s, replications: 1 }
${sweep}`;

/** What is sent to the workers. */
const sent = (study: Study) => study.points.map((point) => structuredClone(point.scenario));

describe('a file that a scenario names', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
    writeFileSync(join(folder, 'slow.trace'), '10\n20\n');
    writeFileSync(join(folder, 'fast.trace'), '1\n2\n3\n');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const load = (text: string) => {
    const file = join(folder, 'recorded.yaml');
    writeFileSync(file, text);
    return loadStudy(file);
  };

  it('is found beside the scenario, and is as good as its contents written out', () => {
    const inlined = parseStudy(scenario('[10, 20]'), { file: 'inlined.yaml', name: 'inlined' });
    const read = load(scenario('slow.trace'));
    assert.deepEqual(sent(read), sent(inlined));
    const fingerprints = [read, inlined].map(
      (study) => run({ scenario: sent(study)[0]!, seed: [1, 2, 3, 4], record: false }).fingerprint,
    );
    assert.equal(fingerprints[0], fingerprints[1]);
  });

  it('may be swept', () => {
    const set = 'network.graph.links.0.impairments.0.trace.opportunities';
    const study = load(scenario('slow.trace', `sweep: { link: { set: ${set}, values: [slow.trace, fast.trace] } }`));
    const text = JSON.stringify(sent(study));
    assert.match(text, /"opportunities":\[10,20\]/);
    assert.match(text, /"opportunities":\[1,2,3\]/);
  });

  it('is refused with the place of its name when it is not there', () => {
    assert.throws(
      () => load(scenario('missing.trace')),
      /recorded\.yaml:9:37: network\.graph\.links\[0\]\.impairments\[0\]\.trace\.opportunities: .*missing\.trace.*ENOENT/,
    );
  });

  it('is refused with its own line when that is wrong', () => {
    writeFileSync(join(folder, 'slow.trace'), '10\n9\n');
    assert.throws(() => load(scenario('slow.trace')), /slow\.trace:2: expected a time not before the one above/);
  });
});
