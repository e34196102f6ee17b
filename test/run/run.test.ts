import assert from 'node:assert/strict';
import { openPool } from '../../sim/node/pool';
import type { RunReply, RunRequest } from '../../sim/run/messages';
import { checkPhysics } from '../../sim/run/physics';
import { run } from '../../sim/run/run';
import { seedOf } from '../../sim/run/seed';
import { build } from '../../sim/scenario/build';
import { parseStudy } from '../../sim/scenario/parse';
import type { Scenario } from '../../sim/scenario/scenario';

const text = `
title: A relayed session, a long flow, messages and questions over a lossy chain
network: { chain: { segments: 3, rate: 4 Mbit/s, rtt: 60 ms, queue: { drop-tail: { limit: 1 BDP } }, lastLoss: 0.01 } }
sessions:
  - { name: A, from: first, to: last, path: relayed, start: { uniform: [0 s, 1 s] } }
  - { name: long, from: first, to: last, start: { uniform: [0 s, 1 s] } }
  - { name: chat, from: last, to: first, app: { messages: { gap: 100 ms } } }
  - { name: web, from: first, to: last, app: { request-response: { response: 100 kB } } }
run: { duration: 12 s, warmup: 2 s, replications: 2 }
record: { every: 50 ms, series: [cwnd, srtt, queue, relayBuffer] }
`;

function scenarioOf(source: string): Scenario {
  return parseStudy(source, { file: 'test.yaml', name: 'test' }).points[0]!.scenario;
}

function requestOf(replication: number, record = false): RunRequest {
  return { scenario: scenarioOf(text), seed: seedOf(1, replication), record };
}

function metric(reply: RunReply, flow: string, name: string): number {
  const row = reply.metrics.find((r) => r.flow === flow && r.metric === name);
  assert.ok(row, `${flow} ${name}`);
  return row.value;
}

describe('A run', () => {
  it('given the same scenario and seed, gives the same bytes', () => {
    assert.deepEqual(run(requestOf(1)), run(requestOf(1)));
  });

  it('given another replication, takes another trajectory', () => {
    assert.notEqual(run(requestOf(1)).fingerprint, run(requestOf(2)).fingerprint);
  });

  it('when series are recorded, takes the same trajectory and finds the same numbers', () => {
    const silent = run(requestOf(1));
    const recorded = run(requestOf(1, true));
    assert.equal(recorded.fingerprint, silent.fingerprint);
    assert.deepEqual(recorded.metrics, silent.metrics);
    assert.equal(silent.series.length, 0);
    const a = recorded.series.find((s) => s.name === 'A')!;
    assert.deepEqual(
      a.columns.map((c) => c.name),
      ['time_s', 'cwnd_bytes', 'srtt_s', 'relayBuffer_bytes'],
    );
    assert.equal(a.columns[0]!.values.length, 12 / 0.05 + 1);
    assert.ok(a.columns[3]!.values.some((bytes) => bytes > 0));
  });

  it('in a worker thread, takes the trajectory of the main thread', async () => {
    const pool = openPool(1);
    try {
      const reply = await pool.run(requestOf(1));
      assert.deepEqual(reply, JSON.parse(JSON.stringify(run(requestOf(1)))));
    } finally {
      await pool.close();
    }
  });

  it('measures what applications received after the warm-up, within what the network can carry', () => {
    const reply = run(requestOf(1));
    const sum = ['A', 'long'].reduce((total, flow) => total + metric(reply, flow, 'goodput'), 0);
    assert.ok(sum > 2.5e6 && sum <= 4e6 * (1448 / 1500), String(sum));
    assert.ok(metric(reply, 'long', 'srtt') >= 0.06);
    assert.ok(metric(reply, 'chat', 'messageDelayP50') >= 0.03);
    assert.ok(metric(reply, 'web', 'completionTimeMean') >= 3 * 0.06);
    assert.ok(metric(reply, 'chat', 'messagesDelivered') <= metric(reply, 'chat', 'messagesSent'));
    // a packet counts when its last bit leaves: one may have begun before the warm-up ended
    assert.ok(metric(reply, 'network', 'utilisation') <= 1 + (1500 * 8) / (4e6 * 10));
  });

  it('given a lone CUBIC flow and a buffer of 1 BDP, keeps the link busy for at least 99 % of the time', () => {
    const lone = `
title: lone
network: { chain: { segments: 1, rate: 10 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 1 BDP } } } }
sessions: [{ name: A, from: first, to: last }]
run: { duration: 40 s, warmup: 10 s }
`;
    const reply = run({ scenario: scenarioOf(lone), seed: seedOf(1, 1), record: false });
    assert.ok(metric(reply, 'network', 'utilisation') >= 0.99);
  });
});

describe('The physics check', () => {
  it('when a packet is held outside every link, says so', () => {
    const { simulation } = build(scenarioOf(text), seedOf(1, 1));
    simulation.run(2e9);
    checkPhysics(simulation);
    simulation.pool.take();
    assert.throws(() => checkPhysics(simulation), /packets are in use/);
  });

  it('when a link loses count of a packet, names the link', () => {
    const { simulation } = build(scenarioOf(text), seedOf(1, 1));
    simulation.run(2e9);
    simulation.links[2]!.deliveredPackets--;
    assert.throws(() => checkPhysics(simulation), /link n1>n2 lost count/);
  });
});
