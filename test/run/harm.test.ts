import assert from 'node:assert/strict';
import { harmOfPresence, harmOfRelays } from '../../sim/run/harm';
import { scenarioOf } from '../support/scenario';

const chain = (queue: string, sessions: string) =>
  scenarioOf(`
title: harm
network: { chain: { segments: 4, rate: 4 Mbit/s, rtt: 80 ms, queue: ${queue} } }
sessions:
  - { name: A, from: first, to: last, path: relayed }
${sessions}
run: { duration: 30 s, warmup: 5 s }
`);
const LONG = '  - { name: long, from: first, to: last }';

describe('harm of relays (Ware et al. 2019)', () => {
  it('is that of a chain to the flow that crosses it end to end, and next to none where flows are isolated', () => {
    const [found] = harmOfRelays(chain('{ drop-tail: { limit: 27 packets } }', LONG), 1, 3);
    assert.deepEqual([found!.of, found!.to], ['A', 'long']);
    assert.ok(found!.harm.mean > 0.3, `${found!.harm.mean}`);
    const [isolated] = harmOfRelays(chain('fq-codel', LONG), 1, 3);
    assert.ok(Math.abs(isolated!.harm.mean) < 0.15, `${isolated!.harm.mean}`);
  });

  it('is nothing to say where nobody else is', () => {
    assert.deepEqual(harmOfRelays(chain('fq-codel', ''), 1, 1), []);
  });

  it('of being there is a half between two flows that share fairly, and nothing for one alone', () => {
    const fair = chain('fq-codel', LONG);
    const two = fair.sessions.map((session) => ({
      ...session,
      path: 'end-to-end' as const,
      via: [],
    }));
    const scenario = { ...fair, sessions: two };
    const found = harmOfPresence(scenario, 1, 2);
    assert.deepEqual(
      found.map(({ of, to }) => [of, to]),
      [
        ['A', 'long'],
        ['long', 'A'],
      ],
    );
    for (const { harm } of found) assert.ok(harm.mean > 0.4 && harm.mean < 0.6, `${harm.mean}`);
    assert.deepEqual(harmOfPresence(chain('fq-codel', ''), 1, 1), []);
  });
});
