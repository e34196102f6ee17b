import assert from 'node:assert/strict';
import { Protocol } from '../../sim/core/packet';
import { MidcomAgent } from '../../sim/midcom/agent';
import { MidcomWire, type WrittenEnd } from '../../sim/midcom/message';
import { MIDCOM_PORT, MidcomServer } from '../../sim/midcom/server';
import { TcpTransport } from '../../sim/tcp/transport';
import { computeRoutes } from '../../sim/net/routing';
import { Simulation } from '../../sim/net/simulation';
import { type Messaging, messaging } from '../support/messaging';
import { linkOf, MS, SECOND, SEED, tcp } from '../support/network';
import { metricOf, runText } from '../support/scenario';

const INSIDE: WrittenEnd = { protocol: Protocol.tcp, ipv4: 0x0a000002, port: 1024 };
const OUTSIDE: WrittenEnd = { ...INSIDE, ipv4: 0xc6120009, port: 7000 };

/** An agent and a middlebox with 20 ms there and back between them. */
class Lab {
  readonly simulation = new Simulation(SEED);
  /** Requests that reached the middlebox, with their lifetimes in seconds. */
  readonly enabled: number[] = [];
  readonly answers: (WrittenEnd | null)[] = [];
  readonly agent: MidcomAgent;
  readonly server: MidcomServer;

  constructor(time = 1 * MS, answer: WrittenEnd | null = OUTSIDE) {
    const { simulation } = this;
    const [agent, box] = [simulation.addNode('agent'), simulation.addNode('box')];
    simulation.connect(agent, box, linkOf());
    computeRoutes(simulation);
    this.server = new MidcomServer(simulation.events, time, (_, lifetime) => {
      this.enabled.push(lifetime / SECOND);
      return answer;
    });
    const over = new TcpTransport(tcp());
    over.listen(box, MIDCOM_PORT, (stream) => this.server.accept(stream));
    const config = { lifetime: 60 * SECOND, timeout: 2 * SECOND, retry: 5 * SECOND };
    this.agent = new MidcomAgent(simulation.events, config, (delegate) =>
      over.connect(agent, box.address, MIDCOM_PORT, delegate, 0),
    );
    this.agent.connect();
    this.run(1);
  }

  ask(end = INSIDE): void {
    this.agent.enable(end, (found) => this.answers.push(found));
  }

  run(seconds: number): void {
    this.simulation.run(this.simulation.events.now + seconds * SECOND);
  }
}

describe('the control of a middlebox (RFC 3303)', () => {
  it('takes a round trip and the time of the middlebox, and says the public end', () => {
    const lab = new Lab(30 * MS);
    lab.ask();
    lab.run(1);
    assert.deepEqual(lab.answers, [OUTSIDE]);
    assert.deepEqual(lab.enabled, [60]);
    const { waited } = lab.agent;
    assert.ok(waited > 50 * MS && waited < 51 * MS, `${waited}`);
  });

  it('is asked once for an end, however many wait, and not again in the first half of the life of the rule', () => {
    const lab = new Lab();
    for (let i = 0; i < 3; i++) lab.ask();
    lab.ask({ ...INSIDE, port: 1025 });
    lab.run(29.9);
    lab.ask();
    assert.equal(lab.answers.length, 5);
    assert.equal(lab.enabled.length, 2);
  });

  it('is asked again in the second half, and the old answer holds meanwhile; after the end there is none', () => {
    const lab = new Lab();
    lab.ask();
    lab.run(30.1);
    lab.ask();
    assert.deepEqual(lab.answers, [OUTSIDE, OUTSIDE]);
    lab.run(1);
    assert.equal(lab.enabled.length, 2);
    lab.run(61);
    lab.ask();
    assert.equal(lab.answers.length, 2);
    lab.run(1);
    assert.equal(lab.enabled.length, 3);
  });

  it('that does not answer in time has failed, and what it says later is not heard', () => {
    const lab = new Lab(3 * SECOND);
    lab.ask();
    lab.run(2.5);
    assert.deepEqual(lab.answers, [null]);
    lab.run(1);
    assert.equal(lab.enabled.length, 1);
    lab.ask();
    lab.run(2.5);
    assert.deepEqual(lab.answers, [null, null]);
    assert.equal(lab.agent.failed, 2);
  });

  it('that refuses is believed', () => {
    const lab = new Lab(1 * MS, null);
    lab.ask();
    lab.run(1);
    assert.deepEqual(lab.answers, [null]);
    assert.equal(lab.server.refused, 1);
  });

  it('that crashes has failed at once for those who wait and who ask, until the connection is made again', () => {
    const lab = new Lab(1 * SECOND);
    lab.ask();
    lab.run(0.5);
    lab.server.crash();
    lab.run(0.1);
    lab.ask();
    assert.deepEqual(lab.answers, [null, null]);
    lab.run(5);
    lab.ask();
    lab.run(1.5);
    assert.deepEqual(lab.answers.slice(2), [OUTSIDE]);
  });

  it('has messages of 32 and 8 bytes, in the manner of RFC 4540', () => {
    const enable = new MidcomWire({ kind: 'enable', transaction: 5, end: INSIDE, lifetime: 60 });
    const hex = Buffer.from(enable.encode()).toString('hex');
    assert.equal(hex, '011200180000000500090 00c000000000a00000200000400000700040000003c'.replace(' ', ''));
    assert.equal(enable.size, 32);
    assert.equal(new MidcomWire({ kind: 'refused', transaction: 5 }).encode().length, 8);
  });
});

describe('a session router (RFC 3303) for users behind a translator', () => {
  const routed = (type: string, box = '', role = ''): Messaging => ({
    servers: `[{ on: proxy, role: { session-router: { middlebox: right, ${role} } } }], rport: true`,
    middleboxes: `{ right: { ${type}: { control: midcom, ${box} } } }`,
    app: 'register: 30 s',
    duration: '40 s',
  });
  const delivered = (text: string) => metricOf(runText(text), 'chat', 'messagesDelivered');

  for (const type of ['full-cone', 'port-restricted-cone', 'symmetric']) {
    it(`opens what their signalling names: ${type}`, () => {
      const reply = runText(messaging(routed(type)));
      assert.equal(metricOf(reply, 'chat', 'messagesDelivered'), 10);
      // SIP and MSRP of bob
      assert.equal(metricOf(reply, 'proxy', 'midcomAsked'), 2);
      assert.equal(metricOf(reply, 'right', 'rulesEnabled'), 2);
      assert.ok(metricOf(reply, 'proxy', 'midcomTime') > 0.03);
    });
  }

  it('cannot without the control, and is late with one that comes late', () => {
    const text = messaging(routed('port-restricted-cone'));
    assert.equal(delivered(`${text}failures: [{ relay: right, at: 0 s }]\n`), 0);
    assert.equal(delivered(`${text}failures: [{ relay: right, at: 0 s, for: 10 s }]\n`), 10);
  });

  it('cannot with one that answers after its time-out', () => {
    assert.equal(
      delivered(messaging(routed('port-restricted-cone', 'controlTime: 3 s', 'timeout: 1 s, retry: 1 s'))),
      0,
    );
  });

  it('keeps the port open by asking again before it closes', () => {
    const options = routed('port-restricted-cone', 'pinhole: 1 s', 'lifetime: 8 s');
    const app = 'register: 4 s, users: 4, spread: 30 s';
    const reply = runText(messaging({ ...options, app, duration: '60 s' }));
    assert.equal(metricOf(reply, 'chat', 'messagesDelivered'), 40);
    assert.ok(metricOf(reply, 'proxy', 'midcomAsked') > 6);
  });
});
