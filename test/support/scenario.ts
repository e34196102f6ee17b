import assert from 'node:assert/strict';
import type { RunReply } from '../../sim/run/messages';
import { run } from '../../sim/run/run';
import { seedOf } from '../../sim/run/seed';
import { build, type BuiltScenario } from '../../sim/scenario/build';
import { parseStudy } from '../../sim/scenario/parse';
import type { Scenario } from '../../sim/scenario/scenario';

/** The only point of a scenario given as text. */
export function scenarioOf(text: string): Scenario {
  return parseStudy(text, { file: 'test.yaml', name: 'test' }).points[0]!.scenario;
}

/** One replication of a scenario given as text. */
export function runText(text: string, replication = 1): RunReply {
  return run({ scenario: scenarioOf(text), seed: seedOf(1, replication), record: false });
}

/** The simulation of a scenario given as text, not yet run. */
export function buildText(text: string, replication = 1): BuiltScenario {
  return build(scenarioOf(text), seedOf(1, replication));
}

/** A metric that must be there. */
export function metricOf(reply: RunReply, flow: string, metric: string): number {
  const row = reply.metrics.find((r) => r.flow === flow && r.metric === metric);
  assert.ok(row, `${flow} ${metric}`);
  return row.value;
}

export function assertNear(value: number, expected: number, relative: number, what = ''): void {
  assert.ok(Math.abs(value - expected) <= relative * Math.abs(expected), `${what} ${value}, expected ${expected}`);
}
