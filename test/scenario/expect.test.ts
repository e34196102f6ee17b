import assert from 'node:assert/strict';
import type { StudyResult } from '../../sim/run/messages';
import { unmetExpectations } from '../../sim/scenario/expect';
import { parseStudy } from '../../sim/scenario/parse';

/** Long has a goodput of 2 and 4 Mbit/s, a mean of 3, at one segment, and 1 Mbit/s less at two. */
function resultOf(expect: string): StudyResult {
  const scenario = parseStudy(
    `
title: Expectations
network: chain
sessions: [{ name: A, from: first, to: last }, { name: long, from: first, to: last }]
run: { duration: 1 s, replications: 2 }
sweep: { segments: { set: network.chain.segments, values: [1, 2] } }
expect: [${expect}]
`,
    { file: 'expect.yaml', name: 'expect' },
  );
  const reply = (goodput: number) => ({
    metrics: [
      { flow: 'A', metric: 'goodput', unit: 'bit/s', value: 3e6 },
      { flow: 'long', metric: 'goodput', unit: 'bit/s', value: goodput },
      { flow: 'long', metric: 'rtt', unit: 's', value: 0.1 },
    ],
    series: [],
    fingerprint: '',
    counters: {},
  });
  const points = [0, 1e6].map((less, i) => ({
    factors: { segments: i + 1 },
    replications: [2e6, 4e6].map((goodput, r) => ({
      replication: r + 1,
      seed: [1, 2, 3, 4] as const,
      reply: reply(goodput - less),
    })),
  }));
  return { scenario, seed: 1, version: '0', points };
}

function unmet(expect: string): string[] {
  return unmetExpectations(resultOf(expect)).map(({ what, why }) => `${what}: ${why}`);
}

describe('expectations of a scenario', () => {
  it('are met by a mean that reaches the bound exactly', () => {
    assert.deepEqual(
      unmet('{ metric: goodput, flow: long, at: { segments: 1 }, atLeast: 3 Mbit/s, atMost: 3 Mbit/s }'),
      [],
    );
  });

  it('are not met by a mean below or above, and say what was found', () => {
    assert.deepEqual(unmet('{ metric: goodput, flow: long, at: { segments: 2 }, atLeast: 2001 kbit/s }'), [
      'goodput of long at segments = 2: found 2000000 bit/s (mean of 2); expected at least 2001 kbit/s',
    ]);
    assert.deepEqual(unmet('{ metric: rtt, flow: long, at: { segments: 1 }, atMost: 99 ms }'), [
      'rtt of long at segments = 1: found 0.1 s (mean of 2); expected at most 99 ms',
    ]);
  });

  it('hold at every point unless they name some', () => {
    assert.equal(unmet('{ metric: goodput, flow: long, atLeast: 10 Mbit/s }').length, 2);
    assert.equal(unmet('{ metric: goodput, flow: long, at: { segments: 1 }, atLeast: 10 Mbit/s }').length, 1);
  });

  it('may be about what follows from the measurements: shares, Jain index', () => {
    assert.deepEqual(unmet('{ metric: share, flow: long, at: { segments: 2 }, atMost: 0.3 }').length, 1);
    assert.deepEqual(unmet('{ metric: jain, flow: network, atLeast: 0.5 }'), []);
  });

  it('name the metrics there are when theirs is not among them', () => {
    assert.deepEqual(unmet('{ metric: godput, flow: long, atLeast: 1 Mbit/s }'), [
      'godput of long: no such metric; long has goodput, rtt, share (did you mean goodput?)',
    ]);
  });

  it('are not met by a bound of another kind', () => {
    assert.deepEqual(unmet('{ metric: goodput, flow: long, at: { segments: 1 }, atLeast: 40 ms }'), [
      'goodput of long at segments = 1: measured in bit/s; the bound is 40 ms',
    ]);
  });

  it('may be a law of a factor: within a part of what it says, at each point', () => {
    const near = (within: number) =>
      unmet(
        `{ metric: goodput, flow: long, near: { law: { proportional: { scale: 6000000 } }, of: segments, within: ${within} } }`,
      );
    // 6/(1 + h) Mbit/s is 3 at one segment, as found, and 2 at two, as found.
    assert.deepEqual(near(0.001), []);
    const off =
      '{ metric: goodput, flow: long, near: { law: { max-min: { scale: 5000000 } }, of: segments, within: 0.1 } }';
    assert.deepEqual(unmet(off), [
      'goodput of long at segments = 1: found 3000000 bit/s (mean of 2); expected 2500000 ± 10 % (max-min law)',
      'goodput of long at segments = 2: found 2000000 bit/s (mean of 2); expected 2500000 ± 10 % (max-min law)',
    ]);
  });
});
