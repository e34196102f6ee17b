import assert from 'node:assert/strict';
import { overloadControls } from '../../sim/signalling/overload';
import { metricOf, runText } from '../support/scenario';

/** 500 messages a second, six of them a call: published.md 10.4. */
const CAPACITY = 500 / 6;

/** Calls through one server at so many times its capacity, of which so many a second come about in 10 s. */
function goodput(load: number, server: string, duration = 24) {
  const text = `
title: one server
network:
  graph:
    nodes: [alice, proxy, bob]
    links:
      - { between: [alice, proxy], rate: 1 Gbit/s, delay: 5 ms, queue: { drop-tail: { limit: 100000 packets } } }
      - { between: [proxy, bob], rate: 1 Gbit/s, delay: 5 ms, queue: { drop-tail: { limit: 100000 packets } } }
signalling: { servers: [{ on: proxy, ${server} }] }
sessions:
  - { name: calls, from: alice, to: bob, app: { im-session: { users: 100, rate: ${load * CAPACITY}, messages: 0, hold: 1 s } } }
run: { duration: ${duration} s, warmup: ${duration - 12} s }
`;
  return metricOf(runText(text), 'calls', 'sessionRate') / CAPACITY;
}

describe('one SIP server in overload (published.md 10.4, RFC 6357)', () => {
  it('below capacity serves all calls', () => {
    const value = goodput(0.5, 'capacity: { service: 2 ms }');
    assert.ok(Math.abs(value - 0.5) < 0.05, `${value}`);
  });

  it('with an unlimited queue and 1.2 times its capacity collapses: retransmissions take all', () => {
    const value = goodput(1.2, 'capacity: { service: 2 ms }');
    assert.ok(value < 0.05, `${value}`);
  });

  it('with a queue of 1 s keeps a tenth to three tenths at 1.2 times its capacity', () => {
    const value = goodput(1.2, 'capacity: { service: 2 ms, queue: 500 }');
    assert.ok(value > 0.1 && value < 0.35, `${value}`);
  });

  it('that refuses new calls while its queue is long keeps nine tenths at twice its capacity', () => {
    const value = goodput(2, 'capacity: { service: 2 ms }, control: reject', 36);
    assert.ok(value > 0.9, `${value}`);
  });

  it('has a summary, a source and a control on both sides for each name', () => {
    for (const [name, { summary, reference, create }] of Object.entries(overloadControls)) {
      assert.ok(summary.length > 20 && /RFC|20\d\d/.test(reference), name);
      const control = create({ delay: 200e6, occupancy: 0.95, seconds: 1, first: 20 } as never, undefined as never);
      assert.equal(control.receiver().admits({ now: 0, queued: 0, backlog: 0, offered: 0, admitted: 0 }), true, name);
    }
  });
});

describe('a core server behind a large edge server (RFC 7339, 7415)', () => {
  const chain = (control: string, feedback: string) => `
title: edge and core
network:
  graph:
    nodes: [alice, edge, core, bob]
    links:
      - { between: [alice, edge], rate: 1 Gbit/s, delay: 5 ms, queue: { drop-tail: { limit: 100000 packets } } }
      - { between: [edge, core], rate: 1 Gbit/s, delay: 5 ms, queue: { drop-tail: { limit: 100000 packets } } }
      - { between: [core, bob], rate: 1 Gbit/s, delay: 5 ms, queue: { drop-tail: { limit: 100000 packets } } }
signalling:
  feedback: ${feedback}
  servers:
    - { on: edge, capacity: { service: 0.2 ms }, control: ${control} }
    - { on: core, capacity: { service: 2 ms, reject: 1 ms }, control: ${control} }
sessions:
  - { name: calls, from: alice, to: bob, app: { im-session: { users: 100, rate: 150, messages: 0, hold: 1 s } } }
run: { duration: 20 s, warmup: 10 s }
`;

  for (const control of ['loss', 'rate', 'window']) {
    it(`${control}: the edge holds back what the core cannot take, and the core is busy with calls`, () => {
      const reply = runText(chain(control, 'hop-by-hop'));
      const rate = metricOf(reply, 'calls', 'sessionRate') / CAPACITY;
      assert.ok(rate > 0.75, `${rate} of capacity`);
      assert.ok(metricOf(reply, 'edge', 'sipHeldBack') > 300);
    });
  }

  it('without control the same load leaves next to nothing', () => {
    const rate = metricOf(runText(chain('none', 'hop-by-hop')), 'calls', 'sessionRate') / CAPACITY;
    assert.ok(rate < 0.1, `${rate} of capacity`);
  });
});
