import assert from 'node:assert/strict';
import { MSG_TRAPEZOID, trapezoidText } from './trapezoid-text';
import { assertNear, buildText, metricOf, runText } from '../support/scenario';
import { ScenarioError } from '../../sim/scenario/problem';

/** Metrics of session A in the trapezoid. */
const of = (app: string, metric: string, more: Parameters<typeof trapezoidText>[1] = {}) =>
  metricOf(runText(trapezoidText(app, more)), 'A', metric);

describe('paging through signalling servers (RFC 3428)', () => {
  it('delivers every message, in the time of the links and the servers', () => {
    const reply = runText(trapezoidText('paging: { users: 1, messages: 5, size: 100 B, gap: 2 s, gaps: fixed }'));
    assert.equal(metricOf(reply, 'A', 'messagesDelivered'), 5);
    // 30 ms of propagation, 2 servers of 2 ms, 3 transmissions of about 500 B at 10 Mbit/s
    assertNear(metricOf(reply, 'A', 'messageDelayMean'), 0.034 + (3 * 500 * 8) / 10e6, 0.02);
    assert.equal(metricOf(reply, 'atlanta', 'sipServed'), 10);
  });

  it('waits with the next message for the answer to the last (section 8)', () => {
    // a message takes a round trip of 69 ms, one is written every 10 ms
    const reply = runText(trapezoidText('paging: { users: 1, messages: 20, gap: 10 ms, gaps: fixed }'));
    const round = metricOf(reply, 'A', 'transactionTimeMean');
    assert.equal(metricOf(reply, 'A', 'messagesDelivered'), 20);
    const p99 = metricOf(reply, 'A', 'messageDelayP99');
    assertNear(p99, 19 * (round - 0.01) + round / 2, 0.05);
  });

  it('with 10 % of packets lost takes R + sum of the intervals of timer E, as published.md 10.2 derives', () => {
    // s = (1 - p)^2, R = 0.1: 0.251 s; over one hop between two user agents
    const text = `
title: stop and wait
network: { chain: { segments: 1, rate: 1 Gbit/s, rtt: 100 ms, loss: 0.1, impairments: [] } }
sessions: [{ name: A, from: first, to: last, app: { paging: { users: 200, messages: 60, gap: 0.1 s } } }]
run: { duration: 600 s }
`.replace('loss: 0.1, impairments: []', 'loss: 0.19');
    // both directions together lose 1 - 0.9 * 0.9 = 0.19 of the exchanges, here all on the way there
    assertNear(metricOf(runText(text), 'A', 'transactionTimeMean'), 0.251, 0.03);
  });
});

describe('sessions of instant messages', () => {
  it('carry every message, beside the servers; set-up, connection and first message add up', () => {
    const reply = runText(trapezoidText('im-session: { users: 3, messages: 5, gap: 1 s }'));
    assert.equal(metricOf(reply, 'A', 'messagesDelivered'), 15);
    assert.equal(metricOf(reply, 'A', 'sessionsEstablished'), 3);
    assert.deepEqual(['duplicates', 'gaps', 'reconnects'].map((metric) => metricOf(reply, 'A', metric)), [0, 0, 0]); // prettier-ignore
    const parts = metricOf(reply, 'A', 'setupTimeMean') + metricOf(reply, 'A', 'connectTimeMean');
    assertNear(metricOf(reply, 'A', 'firstMessageTimeMean'), parts + 0.0305, 0.01);
    // INVITE, 180, 200 and no more: the proxies do not record their route
    assert.equal(metricOf(reply, 'atlanta', 'sipServed'), 9 + 3);
    assert.ok(metricOf(reply, 'A', 'goodput') > 0);
  });

  it('cost less than paging from the fourth message on (published.md 10.3)', () => {
    const bytes = (app: string, messages: number) => of(`${app}: { messages: ${messages}, size: 18 B, gap: 2 s }`, 'bytesPerMessage') * messages; // prettier-ignore
    const [paging, session] = [3, 4].map((n) => [bytes('paging', n), bytes('im-session', n)] as const);
    assert.ok(paging![1] > paging![0], `3 messages: session ${paging![1]} B, paging ${paging![0]} B`);
    assert.ok(session![1] < session![0], `4 messages: session ${session![1]} B, paging ${session![0]} B`);
  });

  it('are refused when UDP alone is offered, for the reason that the draft gives (section 3.1)', () => {
    const reply = runText(trapezoidText('im-session: { offers: [udp] }'));
    assert.equal(metricOf(reply, 'A', 'sessionsRefusedForUdp'), 1);
    assert.equal(metricOf(reply, 'A', 'messagesDelivered'), 0);
  });

  it('fall back on a transport that both have, and fail where there is none', () => {
    const fallback = runText(trapezoidText('im-session: { offers: [sctp, udp, tcp], accepts: [tcp, udp] }'));
    assert.equal(metricOf(fallback, 'A', 'messagesDelivered'), 10);
    const none = runText(trapezoidText('im-session: { offers: [tcp], accepts: [sctp] }'));
    assert.equal(metricOf(none, 'A', 'sessionsRefusedForTransport'), 1);
    assert.equal(metricOf(none, 'A', 'sessionsRefusedForUdp'), 0);
  });

  it('with SIP as the session layer go through the proxies that record their route (section 3.3)', () => {
    const app = 'im-session: { carrier: sip, messages: 10, gap: 100 ms }';
    const direct = runText(trapezoidText(app));
    const routed = runText(trapezoidText(app, { recordRoute: true }));
    assert.deepEqual([direct, routed].map((reply) => metricOf(reply, 'A', 'messagesDelivered')), [10, 10]); // prettier-ignore
    // INVITE, 180, 200; and with the route ACK, BYE, 200, ten messages and their answers
    assert.deepEqual([direct, routed].map((reply) => metricOf(reply, 'biloxi', 'sipServed')), [3, 3 + 3 + 20]); // prettier-ignore
    assert.ok(metricOf(routed, 'A', 'bytesPerMessage') > 2 * metricOf(direct, 'A', 'bytesPerMessage'));
  });

  it('let a small message overtake a file when both go in chunks, and not otherwise (RFC 4975 section 5.1)', () => {
    const delay = (chunk: string) => of(`im-session: { messages: 5, gap: 200 ms, file: 3 MB, chunk: ${chunk} }`, 'messageDelayP95'); // prettier-ignore
    const [chunked, whole] = [delay('2048 B'), delay('0 B')];
    assert.ok(chunked < 0.4, `${chunked} s in chunks`);
    assert.ok(whole > 1.5, `${whole} s behind the file`);
  });

  it('of many users share one connection and are told apart by what is in each message (figure 3)', () => {
    const { simulation, sessions } = buildText(trapezoidText('im-session: { users: 20, messages: 5, gap: 1 s, connection: shared, receipts: true }')); // prettier-ignore
    simulation.run(100e9);
    const rows = new Map(sessions[0]!.app.metrics().map(({ metric, value }) => [metric, value]));
    assert.deepEqual(['messagesDelivered', 'receipts', 'gaps', 'duplicates'].map((name) => rows.get(name)), [100, 100, 0, 0]); // prettier-ignore
  });

  it('register, and go on registering, where they are told to', () => {
    const reply = runText(trapezoidText('paging: { users: 10, messages: 1, register: 20 s, spread: 5 s }'));
    // at 0 to 5 s, and again after 20, 40, and for some 60 s
    const registrations = metricOf(reply, 'A', 'registrations');
    assert.ok(registrations >= 30 && registrations <= 40, `${registrations}`);
    assert.equal(metricOf(reply, 'A', 'messagesDelivered'), 10);
  });

  it('are set up later when bulk traffic fills the links that INVITEs cross', () => {
    const bulk = '  - { name: bulk, from: alice, to: bob, app: bulk }\n';
    const app = 'im-session: { users: 20, spread: 40 s, messages: 1 }';
    const idle = of(app, 'setupTimeMean');
    const busy = of(app, 'setupTimeMean', { sessions: bulk });
    assert.ok(busy > idle + 0.02, `${idle} s, and ${busy} s beside bulk`);
  });
});

describe('every kind of server', () => {
  for (const role of ['proxy', 'stateless-proxy', 'b2bua', 'session-border-controller']) {
    it(`${role}: sessions come about, carry their messages and end`, () => {
      const built = buildText(trapezoidText('im-session: { users: 3, messages: 3, gap: 1 s }', { role }));
      built.simulation.run(200e9);
      const rows = new Map(built.sessions[0]!.app.metrics().map(({ metric, value }) => [metric, value]));
      assert.deepEqual([rows.get('sessionsEstablished'), rows.get('messagesDelivered')], [3, 9]);
      assert.deepEqual(built.signalling!.servers.map(({ element }) => element.layer.size), [0, 0]); // prettier-ignore
    });
  }

  it('session border controller: refuses an offer without an allowed transport, and calls beyond its number', () => {
    const sbc = (policy: string) => ({ role: `{ session-border-controller: { ${policy} } }` });
    const app = 'im-session: { users: 5, messages: 1, hold: 20 s }';
    assert.equal(of(app, 'sessionsFailed', sbc('transports: [sctp]')), 5);
    assert.equal(of(app, 'sessionsFailed', sbc('calls: 2')), 3);
  });
});

describe('mistakes in a signalling block', () => {
  const wrong: readonly [string, (text: string) => string, RegExp][] = [
    ['a node that is not there', (t) => t.replace('on: [atlanta, biloxi]', 'on: [atlanta, bilox]'), /signalling\.servers\[0\]\.on\[1\]: found "bilox"; expected a node/],
    ['a server at the end of a session', (t) => t.replace('on: [atlanta, biloxi]', 'on: [atlanta, bob]'), /where a session begins or ends/],
    ['a node with two servers', (t) => t.replace('on: [atlanta, biloxi]', 'on: [atlanta, atlanta]'), /has a server already/],
    ['a control without capacity', (t) => t.replace('capacity: { service: 2 ms }', 'control: loss'), /without capacity/],
    ['a next server that is none', (t) => t.replace('capacity:', 'next: alice, capacity:'), /expected a node with a server/],
    ['a kind of message that is none', (t) => t.replace('service: 2 ms', 'times: { invite: 1 ms }'), /times: .*expected methods such as INVITE/],
  ]; // prettier-ignore
  for (const [what, change, why] of wrong) {
    it(`${what} is named with its place`, () => {
      assert.throws(() => runText(change(MSG_TRAPEZOID)), (error) => error instanceof ScenarioError && why.test(error.message)); // prettier-ignore
    });
  }
});
