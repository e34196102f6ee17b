import assert from 'node:assert/strict';
import { Flag, Protocol } from '../../sim/core/packet';
import { middleboxes } from '../../sim/middlebox';
import { IcmpError } from '../../sim/net/icmp';
import { formatIpv4 } from '../../sim/net/addressing';
import { SECOND } from '../support/network';
import { type End, NatLab } from '../support/nat-lab';
import { datagramOf, registration } from '../support/sip-datagrams';

/** Policies keep no state about sessions: policy.test.ts goes through their parameters. */
type Name = Exclude<keyof typeof middleboxes, 'policy'>;

/** For each parameter a value that differs from its default, and what has to be set with it for a difference to show. */
const SESSIONS = {
  inside: [['a'], {}],
  udpTimeout: ['1 s', {}],
  icmpTimeout: ['1 s', {}],
  tcpEstablishedTimeout: ['1 s', {}],
  tcpTransitoryTimeout: ['1 s', {}],
  refresh: ['outbound', { udpTimeout: '3 s' }],
  unsolicitedSyn: ['drop', {}],
  icmpErrors: [false, {}],
  restarts: [['2 s'], {}],
} as const;
const TRANSLATION = {
  ...SESSIONS,
  addresses: [2, {}],
  pooling: ['arbitrary', { addresses: 2 }],
  ports: ['random', {}],
  parity: [true, { ports: 'sequential', firstPort: 1025 }],
  contiguity: [true, { ports: 'random' }],
  firstPort: [20000, {}],
  lastPort: [2000, {}],
  portsPerHost: [1, {}],
  maxMappings: [2, {}],
  exhaustion: ['drop', { maxMappings: 2 }],
  hairpinning: ['none', {}],
  prefix: ['192.168.0.0/16', {}],
  alg: ['right', {}],
  control: ['midcom', {}],
  pinhole: ['1 s', { alg: 'right' }],
} as const;
const OTHER = {
  none: {},
  nat: {
    ...TRANSLATION,
    mapping: ['address-and-port-dependent', {}],
    filtering: ['address-and-port-dependent', {}],
  },
  'full-cone': TRANSLATION,
  'restricted-cone': TRANSLATION,
  'port-restricted-cone': TRANSLATION,
  symmetric: TRANSLATION,
  firewall: { ...SESSIONS, filtering: ['endpoint-independent', {}], blocked: [['udp'], {}] },
} as const satisfies {
  // how long the control takes only its agents see: midcom.test.ts
  readonly [N in Name]: {
    readonly [P in Exclude<keyof (typeof middleboxes)[N]['params'], 'controlTime'>]: readonly [unknown, object];
  };
};

/** Everything that hosts see of a course of packets that touches all that a middlebox does. */
function observe(name: Name, params: object): string {
  const lab = new NatLab(name, params);
  const s = lab.at('s', 80);
  const icmp = { protocol: Protocol.icmp };
  const ends: (End | undefined)[] = [];
  const from = (host: string, port: number, to: End, fill = {}) => {
    const arrival = lab.send(host, port, to, fill);
    ends.push(
      arrival?.node === 's' || arrival?.node === 't' ? { address: arrival.src, port: arrival.srcPort } : undefined,
    );
    return ends.at(-1) ?? lab.at('a', port);
  };
  const visit = () => {
    const end = from('a', 5000, s);
    from('a', 5001, s);
    from('a', 5000, lab.at('t', 80));
    for (const [host, port] of [
      ['s', 80],
      ['s', 81],
      ['t', 80],
      ['u', 80],
    ] as const)
      lab.send(host, port, end);
    const other = from('b', 5000, s);
    lab.send('b', 5000, end);
    lab.send('a', 5000, other);
    const query = from('a', 7, lab.at('s', 0), icmp);
    const about = new IcmpError(3, Protocol.udp, end.address, end.port, s.address, 80);
    lab.send('s', 0, { address: end.address, port: 0 }, { ...icmp, payload: about });
    const opening = from('a', 6000, s, { protocol: Protocol.tcp, flags: Flag.syn });
    const open = from('a', 6001, s, { protocol: Protocol.tcp, flags: Flag.syn });
    lab.tcp('s', 80, open, Flag.syn | Flag.ack);
    for (const port of [open.port, 9]) lab.tcp('u', 80, { ...open, port }, Flag.syn);
    const quiet = from('a', 6002, s, { protocol: Protocol.tcp, flags: Flag.syn });
    lab.tcp('s', 80, quiet, Flag.syn | Flag.ack);
    lab.send('a', 5060, lab.at('t', 5060), datagramOf(registration(lab.textOf('a'), 7000)));
    for (let i = 0; i < 2; i++) {
      lab.wait(2 * SECOND);
      lab.send('a', 5000, s);
      // the port that a gateway has opened
      lab.tcp('u', 80, { ...open, port: 7000 }, Flag.syn);
    }
    lab.send('s', 80, end);
    lab.send('s', 0, query, icmp);
    lab.tcp('s', 80, opening, Flag.syn | Flag.ack);
    for (const end of [open, quiet]) lab.tcp('s', 80, end, Flag.ack);
    for (let i = 0; i < 2; i++) {
      lab.wait(2 * SECOND);
      lab.send('s', 80, end);
    }
    lab.wait(7 * SECOND);
  };
  visit();
  const { addressing } = lab.simulation;
  const seen = lab.arrivals.map(({ src, dst, payload, ...rest }) => ({
    ...rest,
    src: formatIpv4(addressing.ipv4(src)),
    dst: formatIpv4(addressing.ipv4(dst)),
    isError: payload instanceof IcmpError,
  }));
  return JSON.stringify([seen, lab.installed.flatMap(({ middlebox }) => middlebox.metrics?.() ?? [])]);
}

describe('middleboxes: every parameter changes something that can be observed', () => {
  for (const [name, params] of Object.entries(OTHER) as [Name, Record<string, readonly [unknown, object]>][]) {
    it(`${name}: the same course of packets is seen the same way twice`, () => {
      assert.equal(observe(name, {}), observe(name, {}));
    });

    for (const [param, [value, beside]] of Object.entries(params)) {
      it(`${name}: ${param}`, () => {
        assert.ok(observe(name, { ...beside, [param]: value }) !== observe(name, beside), 'nothing changed');
      });
    }
  }
});

describe('middleboxes: packets are not lost count of', () => {
  for (const name of Object.keys(OTHER) as Name[]) {
    it(name, () => {
      const lab = new NatLab(name);
      for (const host of ['a', 'b']) for (let port = 1; port < 50; port++) lab.send(host, port, lab.at('s', port % 7));
      for (let port = 1; port < 50; port++) lab.tcp('s', port, lab.at('a', port), Flag.syn);
      lab.wait(20 * SECOND);
      assert.equal(lab.simulation.pool.live, 0);
    });
  }
});
