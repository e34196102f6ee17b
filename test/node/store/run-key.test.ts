import assert from 'node:assert/strict';
import { scenarioHash } from '../../../sim/node/store/run-key';
import { parseStudy } from '../../../sim/scenario/parse';
import type { Scenario } from '../../../sim/scenario/scenario';

const text = `
title: Everything that a scenario can say
network: { chain: { segments: 2, rate: 2 Mbit/s, rtt: 40 ms } }
middleboxes: { n1: full-cone }
signalling: { servers: [{ on: n1, role: proxy }] }
failures: [{ node: n1, at: 1 s, for: 1 s }]
reroute: 1 s
sessions: [{ name: A, from: first, to: last }]
run: { duration: 4 s, warmup: 1 s }
measure: [rtt]
`;

const scenario = parseStudy(text, { file: 'test.yaml', name: 'test' }).points[0]!.scenario;

describe('The key of a run', () => {
  it('changes with every field of the scenario but its title', () => {
    const fields = Object.keys(scenario) as (keyof Scenario)[];
    for (const field of ['network', 'middleboxes', 'signalling', 'failures', 'reroute', 'sessions', 'measure'] as const)
      assert.ok(fields.includes(field), field);
    const same = fields.filter((field) => {
      const rest = Object.fromEntries(Object.entries(scenario).filter(([name]) => name !== field));
      return scenarioHash(rest as unknown as Scenario, true) === scenarioHash(scenario, true);
    });
    assert.deepEqual(same, ['title']);
  });

  it('changes with what is recorded only where something is', () => {
    const other: Scenario = { ...scenario, record: { ...scenario.record, every: 1 } };
    assert.equal(scenarioHash(other, false), scenarioHash(scenario, false));
    assert.notEqual(scenarioHash(other, true), scenarioHash(scenario, true));
  });
});
