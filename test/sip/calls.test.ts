import assert from 'node:assert/strict';
import { Timer } from '../../sim/core/event-queue';
import type { Node } from '../../sim/net/node';
import { checkPhysics } from '../../sim/run/physics';
import type { CallHandler } from '../../sim/sip/call';
import type { IncomingCall } from '../../sim/sip/incoming-call';
import { LocationService } from '../../sim/sip/location';
import { Proxy } from '../../sim/sip/proxy';
import { RedirectServer } from '../../sim/sip/redirect';
import type { Routing } from '../../sim/sip/routing';
import { StatelessProxy } from '../../sim/sip/stateless-proxy';
import { sipUri } from '../../sim/sip/uri';
import { UserAgents } from '../../sim/sip/user-agent';
import { CONFIG, star, trapezoid } from '../support/trapezoid';
import { MS } from '../support/network';

const BOB = sipUri('bob', 'biloxi.com');
const ATLANTA = sipUri('', 'atlanta.com');
const SDP = 'v'.repeat(142);

/** Writes down what happens to a call. */
function handler(log: string[], who: string): CallHandler {
  return {
    onRinging: () => log.push(`${who} ringing`),
    onAnswer: () => log.push(`${who} answered`),
    onAcknowledged: () => log.push(`${who} acknowledged`),
    onFailure: (status) => log.push(`${who} failed ${status}`),
    onEnd: () => log.push(`${who} ended`),
  };
}

/** Alice calls Bob, who rings and answers after `ring`; Bob says goodbye when acknowledged. */
function callThrough(net: ReturnType<typeof trapezoid>, ring = 40 * MS) {
  const log: string[] = [];
  const { events } = net.simulation;
  const callee = (call: IncomingCall): CallHandler => {
    call.ring();
    new Timer(events, () => call.accept(SDP, 'application/sdp')).arm(events.now + ring);
    return { ...handler(log, 'bob'), onAcknowledged: () => (log.push('bob acknowledged'), call.bye()) };
  };
  net.ofBob.addUser('bob', 'biloxi.com', null, { onInvite: callee });
  const alice = net.ofAlice.addUser('alice', 'atlanta.com', ATLANTA);
  const call = alice.invite(BOB, SDP, 'application/sdp', handler(log, 'alice'));
  return { log, call };
}

const finished = (net: ReturnType<typeof trapezoid>) => {
  net.simulation.run(400e9);
  checkPhysics(net.simulation);
  assert.deepEqual(net.elements.map(({ element }) => element.layer.size), [0, 0, 0, 0], 'no transaction is left'); // prettier-ignore
  assert.equal(net.simulation.events.size, 0);
  assert.equal(net.simulation.pool.live, 0);
};

/** F1 to F14 of RFC 3261 section 24.2. */
const FLOW = [
  'alice>atlanta INVITE',
  'atlanta>alice 100 INVITE',
  'atlanta>biloxi INVITE',
  'biloxi>atlanta 100 INVITE',
  'biloxi>bob INVITE',
  'bob>biloxi 180 INVITE',
  'biloxi>atlanta 180 INVITE',
  'atlanta>alice 180 INVITE',
  'bob>biloxi 200 INVITE',
  'biloxi>atlanta 200 INVITE',
  'atlanta>alice 200 INVITE',
  'alice>bob ACK',
  'bob>alice BYE',
  'alice>bob 200 BYE',
];

describe('a call over the SIP trapezoid (RFC 3261 section 24.2)', () => {
  it('takes the fourteen messages of the example, in their order', () => {
    const net = trapezoid();
    const { log } = callThrough(net);
    finished(net);
    assert.deepEqual(net.tap.log, FLOW);
    assert.deepEqual(log, ['alice ringing', 'alice answered', 'bob acknowledged', 'bob ended', 'alice ended']);
    const bytes = net.tap.sizes.reduce((a, b) => a + b);
    // 5,817 in the example, which has longer names of hosts, names to show, and notes `received` in two hops (600 bytes)
    assert.ok(bytes > 0.84 * 5817 && bytes < 0.9 * 5817, `${bytes} bytes`);
    assert.deepEqual([net.ofAlice.callCount, net.ofBob.callCount], [0, 0]);
  });

  it('with Record-Route keeps both proxies in the path of ACK and BYE (section 16.6, 12.2.1.1)', () => {
    const net = trapezoid(undefined, true);
    callThrough(net);
    finished(net);
    const way = ['alice>atlanta', 'atlanta>biloxi', 'biloxi>bob'];
    const back = ['bob>biloxi', 'biloxi>atlanta', 'atlanta>alice'];
    assert.deepEqual(net.tap.log.slice(11), [
      ...way.map((hop) => `${hop} ACK`),
      ...back.map((hop) => `${hop} BYE`),
      ...way.map((hop) => `${hop} 200 BYE`),
    ]);
  });

  /** What has to be sent again, and when the caller hears the answer: 100 ms when nothing is lost. */
  const repairs: readonly (readonly [lost: number, again: string, answered: number])[] = [
    [1, 'alice>atlanta INVITE again', 0.6],
    [2, '', 0.1], // the 180 does what the 100 did
    [3, 'atlanta>biloxi INVITE again', 0.6],
    [4, '', 0.1],
    [5, 'biloxi>bob INVITE again', 0.6],
    [6, '', 0.1],
    [7, '', 0.1],
    [8, '', 0.1],
    [9, 'bob>biloxi 200 INVITE again', 0.6],
    [10, 'bob>biloxi 200 INVITE again', 0.6], // end to end, by the core of the callee
    [11, 'bob>biloxi 200 INVITE again', 0.6],
    [12, 'bob>biloxi 200 INVITE again', 0.1], // an ACK is never sent again by itself
    [13, 'bob>alice BYE again', 0.1],
    [14, 'bob>alice BYE again', 0.1],
  ];
  for (const [lost, again, answered] of repairs) {
    it(`with F${lost} (${FLOW[lost - 1]}) lost comes about and ends all the same`, () => {
      const net = trapezoid((n) => n === lost);
      const log: string[] = [];
      let heard = -1;
      const { log: seen, call } = callThrough(net);
      const before = call.handler.onAnswer!;
      call.handler = { ...call.handler, onAnswer: (body) => ((heard = net.simulation.events.now / 1e9), before(body)) };
      log.push(...seen);
      finished(net);
      const end = seen.filter((line) => !line.includes('ringing'));
      assert.deepEqual([...end].sort(), ['alice answered', 'alice ended', 'bob acknowledged', 'bob ended']);
      const repeated = net.tap.log.filter((line) => line.endsWith('again'));
      // a 2xx that the core sends again is no retransmission of its transaction
      const twice = net.tap.log.filter((line, i) => net.tap.log.indexOf(line) < i).map((line) => `${line} again`);
      assert.equal([...repeated, ...twice][0] ?? '', again);
      assert.ok(Math.abs(heard - answered) < 0.01, `answered after ${heard} s`);
    });
  }
});

describe('calls that come to nothing', () => {
  it('a user who is unknown: 404; one who is registered and gone: 480', () => {
    for (const [bind, status] of [
      [false, 404],
      [true, 480],
    ] as const) {
      const net = trapezoid();
      const log: string[] = [];
      if (bind) net.location.bind(sipUri('carol', 'biloxi.com'), sipUri('carol', '10.0.0.5'), 0);
      const alice = net.ofAlice.addUser('alice', 'atlanta.com', ATLANTA);
      alice.invite(sipUri('carol', 'biloxi.com'), SDP, 'application/sdp', handler(log, 'alice'));
      finished(net);
      assert.deepEqual(log, [`alice failed ${status}`]);
      assert.deepEqual(net.tap.log.slice(-3), ['biloxi>atlanta ACK', 'atlanta>alice 404 INVITE', 'alice>atlanta ACK'].map((line) => line.replace('404', String(status)).replace('biloxi>atlanta', 'atlanta>biloxi'))); // prettier-ignore
    }
  });

  it('a callee who is busy: 486 to the caller, acknowledged hop by hop', () => {
    const net = trapezoid();
    const log: string[] = [];
    net.ofBob.addUser('bob', 'biloxi.com', null, { onInvite: (call) => (call.reject(486), {}) });
    net.ofAlice.addUser('alice', 'atlanta.com', ATLANTA).invite(BOB, SDP, 'application/sdp', handler(log, 'alice'));
    finished(net);
    assert.deepEqual(log, ['alice failed 486']);
    assert.equal(net.tap.log.filter((line) => line.endsWith('ACK')).length, 3);
  });

  it('a caller who gives up while it rings: CANCEL, 200 to it, 487 to the INVITE (section 9)', () => {
    const net = trapezoid();
    const { log, call } = callThrough(net, 10e9);
    new Timer(net.simulation.events, () => call.cancel()).arm(1e9);
    finished(net);
    assert.deepEqual(log, ['alice ringing', 'bob failed 487', 'alice failed 487']);
    assert.equal(net.tap.log.filter((line) => line.endsWith(' CANCEL')).length, 3 + 3);
  });

  it('a caller who gives up before anything was heard waits with the CANCEL for the 100 (section 9.1)', () => {
    const net = trapezoid();
    const { call } = callThrough(net, 10e9);
    call.cancel();
    net.simulation.run(15 * MS);
    assert.ok(!net.tap.log.some((line) => line.endsWith('CANCEL')));
    finished(net);
    assert.equal(net.tap.log[net.tap.log.indexOf('alice>atlanta CANCEL') - 1], 'atlanta>biloxi INVITE');
  });

  it('a CANCEL that crosses the 200: the call is answered, acknowledged and ended at once (section 15)', () => {
    const net = trapezoid();
    const { log, call } = callThrough(net, 100 * MS);
    // the 200 leaves Bob after 130 ms, and is under way to Alice until 160 ms
    new Timer(net.simulation.events, () => call.cancel()).arm(135 * MS);
    finished(net);
    assert.ok(!log.includes('alice answered'));
    assert.deepEqual(log.filter((line) => line.endsWith('ended')).sort(), ['alice ended', 'bob ended']);
  });

  it('no proxy there: 408 after 64 T1', () => {
    const net = trapezoid(() => true);
    const log: string[] = [];
    net.ofAlice.addUser('alice', 'atlanta.com', ATLANTA).invite(BOB, SDP, 'application/sdp', handler(log, 'alice'));
    net.simulation.run(31.9e9);
    assert.deepEqual(log, []);
    finished(net);
    assert.deepEqual(log, ['alice failed 408']);
  });

  it('a callee who never hears the ACK ends the call after 64 T1 (section 13.3.1.4)', () => {
    const net = trapezoid((n) => net.tap.log[n - 1]!.includes(' ACK'));
    const { log } = callThrough(net);
    finished(net);
    assert.deepEqual(log, ['alice ringing', 'alice answered', 'bob ended', 'alice ended']);
    // T1, doubling to T2, for 32 s
    assert.equal(net.tap.log.filter((line) => line.startsWith('bob>biloxi 200 INVITE')).length, 11);
  });
});

describe('other servers', () => {
  const routing = (location: LocationService, domain: string): Routing => ({ domains: new Set([domain]), location, next: null }); // prettier-ignore

  it('registrar: a user registers, is found, and is gone when the binding expires (section 10)', () => {
    const net = trapezoid();
    const bob = net.ofBob.addUser('bob2', 'biloxi.com', null, { onMessage: () => undefined });
    const done: number[] = [];
    bob.register(60, (status) => done.push(status));
    const alice = net.ofAlice.addUser('alice', 'atlanta.com', ATLANTA);
    const to = sipUri('bob2', 'biloxi.com');
    new Timer(net.simulation.events, () => alice.message(to, 'hello', (status) => done.push(status))).arm(1e9);
    new Timer(net.simulation.events, () => alice.message(to, 'hello', (status) => done.push(status))).arm(61e9);
    finished(net);
    assert.deepEqual(done, [200, 200, 480]);
  });

  it('redirect server: 302, and the caller goes there itself (section 8.1.3.4)', () => {
    const { simulation, hosts, nodes, tap } = star(['alice', 'server', 'bob']);
    const [alice, server, bob] = nodes as [Node, Node, Node];
    const location = new LocationService(simulation.events);
    hosts.name('biloxi.com', server);
    const elements = [new RedirectServer(server, hosts, CONFIG, routing(location, 'biloxi.com')), new UserAgents(alice, hosts, CONFIG), new UserAgents(bob, hosts, CONFIG)] as const; // prettier-ignore
    for (const { element } of elements) tap.watch(element);
    location.bind(BOB, sipUri('bob', hosts.textOf(bob.address)), 60);
    const log: string[] = [];
    elements[2].addUser('bob', 'biloxi.com', null, { onInvite: (call) => (call.accept('', ''), handler(log, 'bob')) }); // prettier-ignore
    elements[1].addUser('alice', 'atlanta.com', null).invite(BOB, SDP, 'application/sdp', handler(log, 'alice'));
    simulation.run(100e9);
    assert.deepEqual(tap.log, ['alice>server INVITE', 'server>alice 302 INVITE', 'alice>server ACK', 'alice>bob INVITE', 'bob>alice 200 INVITE', 'alice>bob ACK']); // prettier-ignore
    assert.deepEqual(log, ['alice answered', 'bob acknowledged']);
  });

  it('stateless proxy: passes on, remembers nothing, gives a retransmission the same branch (section 16.11)', () => {
    const { simulation, hosts, nodes, tap } = star(['alice', 'server', 'bob'], (n) => n === 3);
    const [alice, server, bob] = nodes as [Node, Node, Node];
    const location = new LocationService(simulation.events);
    hosts.name('biloxi.com', server);
    const proxy = new StatelessProxy(server, hosts, CONFIG, routing(location, 'biloxi.com'), false);
    const ofAlice = new UserAgents(alice, hosts, CONFIG);
    const ofBob = new UserAgents(bob, hosts, CONFIG);
    for (const { element } of [proxy, ofAlice, ofBob]) tap.watch(element);
    location.bind(BOB, sipUri('bob', hosts.textOf(bob.address)), 60);
    let got = 0;
    const done: number[] = [];
    ofBob.addUser('bob', 'biloxi.com', null, { onMessage: () => got++ });
    ofAlice.addUser('alice', 'atlanta.com', sipUri('', 'biloxi.com')).message(BOB, 'hi', (status) => done.push(status));
    simulation.run(100e9);
    // the answer is lost on its first way: the request comes again through the proxy, and Bob's transaction knows it
    assert.deepEqual(tap.log, ['alice>server MESSAGE', 'server>bob MESSAGE', 'bob>server 200 MESSAGE', 'alice>server MESSAGE again', 'server>bob MESSAGE', 'bob>server 200 MESSAGE again', 'server>alice 200 MESSAGE']); // prettier-ignore
    assert.deepEqual([got, ...done], [1, 200]);
    assert.equal(proxy.element.layer.size, 0);
  });

  it('forking proxy: all phones of a user ring, the first to answer has the call, the others are cancelled (16.7)', () => {
    const { simulation, hosts, nodes, tap } = star(['alice', 'server', 'desk', 'mobile', 'home']);
    const [alice, server, ...phones] = nodes as [Node, Node, ...Node[]];
    const location = new LocationService(simulation.events);
    hosts.name('biloxi.com', server);
    const proxy = new Proxy(server, hosts, CONFIG, routing(location, 'biloxi.com'), false);
    const log: string[] = [];
    const agents = phones.map((node, i) => {
      const agent = new UserAgents(node, hosts, CONFIG);
      location.bind(BOB, sipUri('bob', hosts.textOf(node.address)), 60);
      agent.addUser('bob', 'biloxi.com', null, {
        onInvite: (call) => {
          if (i === 0) call.reject(486);
          else call.ring();
          if (i === 1) new Timer(simulation.events, () => call.accept('', '')).arm(1e9);
          return handler(log, node.name);
        },
      });
      return agent;
    });
    const ofAlice = new UserAgents(alice, hosts, CONFIG);
    for (const { element } of [proxy, ofAlice, ...agents]) tap.watch(element);
    ofAlice.addUser('alice', 'atlanta.com', sipUri('', 'biloxi.com')).invite(BOB, SDP, 'application/sdp', handler(log, 'alice')); // prettier-ignore
    simulation.run(300e9);
    assert.deepEqual(log, ['alice ringing', 'alice ringing', 'alice answered', 'home failed 487', 'mobile acknowledged']); // prettier-ignore
    assert.deepEqual(tap.log.filter((line) => line.endsWith(' CANCEL')), ['server>home CANCEL', 'home>server 200 CANCEL']); // prettier-ignore
    assert.deepEqual([proxy, ofAlice, ...agents].map(({ element }) => element.layer.size), [0, 0, 0, 0, 0]); // prettier-ignore
  });

  it('refuses what has gone around for too long: 483 (section 16.3), and goodbyes without dialog: 481', () => {
    const { simulation, hosts, nodes, tap } = star(['alice', 'server']);
    const [alice, server] = nodes as [Node, Node];
    hosts.name('loop.com', server);
    const location = new LocationService(simulation.events);
    const proxy = new Proxy(server, hosts, CONFIG, { domains: new Set(), location, next: null }, false);
    const ofAlice = new UserAgents(alice, hosts, CONFIG);
    for (const { element } of [proxy, ofAlice]) tap.watch(element);
    const done: (number | undefined)[] = [];
    // the proxy sends it to itself
    ofAlice
      .addUser('alice', 'a.com', null)
      .options(sipUri('x', 'loop.com'), 70, (response) => done.push(response?.status));
    simulation.run(100e9);
    assert.deepEqual(done, [483]);
    assert.equal(tap.log.filter((line) => line === 'server>server OPTIONS').length, 69 + 1);
  });
});
