import assert from 'node:assert/strict';
import { LiveRun } from '../../sim/run/live-run';
import { run } from '../../sim/run/run';
import { seedOf } from '../../sim/run/seed';
import { parseStudy } from '../../sim/scenario/parse';

const text = `
title: Two flows, one relayed, over a lossy chain
network: { chain: { segments: 2, rate: 2 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 1 BDP } }, lastLoss: 0.01 } }
sessions:
  - { name: A, from: first, to: last, path: relayed }
  - { name: long, from: first, to: last, start: { uniform: [0 s, 1 s] } }
run: { duration: 4 s, warmup: 1 s }
`;

const request = {
  scenario: parseStudy(text, { file: 'test.yaml', name: 'test' }).points[0]!.scenario,
  seed: seedOf(1, 1),
  record: true,
};

describe('A live run', () => {
  it('given stops at odd moments, ends with the reply of a run in one go', () => {
    const live = new LiveRun(request);
    for (let at = 1; !live.isFinished; at += 7_654_321) live.advance(at);
    assert.deepEqual(live.reply(), run(request));
  });

  it('given steps of one event, fires one each, and ends with the same reply', () => {
    const live = new LiveRun(request);
    live.advance(500e6);
    for (let i = 0; i < 500; i++) {
      const { fired } = live.simulation.events;
      live.step();
      assert.equal(live.simulation.events.fired, fired + 1);
    }
    const between = live.now;
    assert.ok(between > 500e6 && between < live.end);
    live.advance(live.end);
    assert.equal(live.reply().fingerprint, run(request).fingerprint);
  });

  it('when nothing is left to happen, a step goes to the end', () => {
    const live = new LiveRun(request);
    live.advance(live.end);
    live.step();
    assert.equal(live.now, live.end);
  });

  it('shows packets on the wire between their departure and their arrival', () => {
    const live = new LiveRun(request);
    live.advance(800e6);
    const seen: number[] = [];
    for (const link of live.links) link.visitWire((_, progress) => seen.push(progress));
    assert.ok(seen.length > 3, `${seen.length} packets`);
    assert.ok(seen.every((progress) => progress >= 0 && progress <= 1));
    assert.ok(new Set(seen).size > 3, 'they are at different places');
  });
});
