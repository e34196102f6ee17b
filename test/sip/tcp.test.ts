import assert from 'node:assert/strict';
import { ladderOf } from '../../sim/run/ladder';
import { trapezoidText } from '../signalling/trapezoid-text';
import { buildText, metricOf, runText, scenarioOf } from '../support/scenario';

const APP = 'im-session: { users: 1, messages: 1 }';
const SEED = [1, 2, 3, 4] as const;

/** The trapezoid with its SIP over TCP. */
const overTcp = (app = APP, more: Parameters<typeof trapezoidText>[1] = {}) =>
  trapezoidText(app, more).replace('signalling:\n', 'signalling:\n  transport: tcp\n');

const call = (text: string) => ladderOf(scenarioOf(text), SEED, 1000);
const shape = (text: string) => call(text).rungs.map(({ from, to, what, again }) => `${from}>${to} ${what} ${again}`);

describe('SIP over TCP (RFC 3261 section 18)', () => {
  it('has the same messages in the same order as over UDP, and TCP in every Via', () => {
    assert.ok(overTcp() !== trapezoidText(APP));
    assert.deepEqual(shape(overTcp()), shape(trapezoidText(APP)));
    const { simulation, signalling } = buildText(overTcp());
    const vias = new Set<string>();
    signalling!.watch({
      onSend: (message) => { for (const { transport } of message.vias) vias.add(transport); },
      onArrive: () => undefined,
    }); // prettier-ignore
    simulation.run(100e9);
    assert.deepEqual([...vias], ['TCP']);
  });

  it('opens a connection when something is first sent to a peer: one round trip more for each hop, once', () => {
    const first = metricOf(runText(overTcp()), 'A', 'setupTimeMean') - metricOf(runText(trapezoidText(APP)), 'A', 'setupTimeMean'); // prettier-ignore
    // SYN and SYN+ACK on each of three links, 60 ms in all
    assert.ok(Math.abs(first - 0.06) < 0.005, `${first} s`);
    const many = runText(overTcp('im-session: { users: 10, spread: 30 s, messages: 1 }'));
    // alice and atlanta, atlanta and biloxi, biloxi and bob; alice and bob, for ACK and BYE
    assert.equal(metricOf(many, 'network', 'sipConnections'), 4);
    assert.equal(metricOf(many, 'A', 'sessionsEstablished'), 10);
  });

  it('sends no request again where packets are lost: TCP does (section 17.1.1.2)', () => {
    const lossy = (text: string) => text.replaceAll(/delay: (\d+) ms/g, 'delay: $1 ms, loss: 0.1');
    const app = 'paging: { users: 20, messages: 5, spread: 20 s }';
    const [tcp, udp] = [overTcp(app), trapezoidText(app)].map((text) => runText(lossy(text)));
    assert.ok(metricOf(udp!, 'network', 'sipRetransmissions') > 50);
    assert.equal(metricOf(tcp!, 'network', 'sipRetransmissions'), 0);
    assert.equal(metricOf(tcp!, 'A', 'messagesDelivered'), metricOf(tcp!, 'A', 'messagesSent'));
  });

  it('leaves no transaction behind: timers D, I, J and K are zero (table 4)', () => {
    const { simulation, signalling } = buildText(overTcp('paging: { users: 1, messages: 1 }'));
    simulation.run(1e9);
    assert.deepEqual(signalling!.servers.map(({ element }) => element.layer.size), [0, 0]); // prettier-ignore
    const slow = buildText(trapezoidText('paging: { users: 1, messages: 1 }'));
    slow.simulation.run(1e9);
    assert.deepEqual(slow.signalling!.servers.map(({ element }) => element.layer.size), [2, 2]); // prettier-ignore
  });

  for (const role of ['stateless-proxy', 'b2bua', 'session-border-controller']) {
    it(`works through a ${role}`, () => {
      const reply = runText(overTcp('im-session: { users: 3, messages: 3, gap: 1 s }', { role }));
      assert.equal(metricOf(reply, 'A', 'messagesDelivered'), 9);
    });
  }

  it('opens connections anew after a proxy was down', () => {
    const down = '\nfailures: [{ node: atlanta, at: 20 s, for: 10 s }]\n';
    const reply = runText(overTcp('im-session: { users: 20, spread: 60 s, messages: 1 }') + down);
    const established = metricOf(reply, 'A', 'sessionsEstablished');
    assert.ok(established >= 15, `${established}`);
  });
});
