import type { Messaging } from './messaging';

/** A rule, a run that keeps it, and the same run with one mechanism changed, which breaks it. */
export interface Turn {
  readonly rule: string;
  readonly section: string;
  readonly keeps: Messaging;
  readonly breaks: Messaging;
  /** In the reason that is given. */
  readonly because: RegExp;
  /** Display filters of Wireshark: what a packet of the evidence is, where the rule is kept and where it is broken. */
  readonly shows: readonly [string, string];
}

const BULK = '{ name: other, from: near, to: far, app: { bulk: {} } }';
const relayed = 'path: relayed, via: [middle]';

/** Two bulk sessions in one circuit, the second with this weight. */
const inCircuit = (scheduler: string, weight: number): Messaging => {
  const circuit = (own: number) =>
    `path: aggregated, via: [left, right], circuit: { scheduler: ${scheduler}, weight: ${own}, window: 4 MiB }`;
  return {
    session: circuit(1),
    other: 'bulk: {}',
    beside: [`{ name: second, from: near, to: far, ${circuit(weight)}, app: { bulk: {} } }`],
    rate: '2 Mbit/s',
    duration: '20 s',
  };
};

/** One for every rule that there is. */
export const turns: readonly Turn[] = [
  {
    rule: 'negotiates-transport',
    section: '5, first',
    keeps: {},
    // the messages go by SIP, whatever was answered
    breaks: { app: 'carrier: sip' },
    because: /by SIP over udp, whatever the offer and the answer say/,
    shows: ['sip.Method == INVITE && sdp', 'sip.Method == MESSAGE'],
  },
  {
    rule: 'congestion-control',
    section: '5, second',
    keeps: { session: relayed },
    breaks: { session: 'path: relayed, via: [left, right], legs: [{}, { protocol: udp }]' },
    because: /by UDP between left and right/,
    shows: ['msrp && tcp', 'udp'],
  },
  {
    rule: 'explicit-identity',
    section: '5, third',
    keeps: {},
    breaks: { other: 'messages: { size: 500 B }' },
    because: /name nobody/,
    shows: ['msrp.method == SEND', 'tcp.len > 0 && !msrp'],
  },
  {
    rule: 'confidentiality-integrity',
    section: '5, fourth',
    keeps: { session: `${relayed}, security: { tls: '1.3' }` },
    breaks: { session: `${relayed}, security: { tls: '1.3', scope: hop-by-hop }` },
    because: /middle could read and change the content/,
    shows: ['tls.app_data', 'tls.app_data'],
  },
  {
    rule: 'mutual-authentication',
    section: '5, fifth',
    keeps: { session: "security: { tls: '1.3', mutual: true }" },
    breaks: { session: "security: { tls: '1.3' }" },
    because: /alice has shown no certificate/,
    shows: ['tls.app_data', 'tls.app_data'],
  },
  {
    rule: 'accommodation',
    section: '5, eighth',
    keeps: { session: `${relayed}, security: { messages: encrypted }` },
    breaks: { session: `${relayed}, security: { tls: '1.3' }` },
    because: /middle sees records only/,
    shows: ['msrp contains "pkcs7-mime"', 'tcp.flags.syn == 1'],
  },
  {
    rule: 'single-transport',
    section: '5, seventh',
    keeps: { session: 'path: relayed, via: [left, right]' },
    breaks: { session: 'path: relayed, via: [left, right], legs: [{}, { protocol: sctp }]' },
    because: /tcp and sctp/,
    shows: ['sip.Status-Code == 200 && sdp', 'ip.proto == 253'],
  },
  {
    rule: 'transport-unchanged',
    section: '4.3, Figure 6',
    keeps: { session: 'path: relayed, via: [left, right]' },
    breaks: { session: 'path: relayed, via: [left, right], legs: [{}, { protocol: udp }]' },
    because: /the transport changes/,
    shows: ['tcp.flags.syn == 1', 'udp'],
  },
  {
    rule: 'authorisation',
    section: '5, ninth',
    // a relay that takes the connection to bob tells alice that it is there: she consents, or says nothing
    keeps: { session: `${relayed}, relay: { transparent: true, announce: true }`, app: 'consent: given' },
    breaks: { session: `${relayed}, relay: { transparent: true, announce: true }` },
    because: /neither end has asked for middle/,
    shows: ['tcp contains "200 OK"', 'tcp.flags.syn == 1'],
  },
  {
    rule: 'notification',
    section: '5, tenth',
    keeps: { session: `${relayed}, relay: { announce: true }` },
    breaks: { session: relayed },
    because: /middle has not told alice and bob/,
    shows: ['msrp contains "intermediary-notice"', 'tcp.flags.syn == 1'],
  },
  {
    rule: 'discovery',
    section: '5, sixth',
    keeps: { session: relayed },
    breaks: { middleboxes: '{ middle: { policy: { copyTo: right } } }' },
    because: /nothing that reaches an end tells of middle/,
    shows: ['tcp.flags.syn == 1', 'udp'],
  },
  {
    rule: 'necessity',
    section: '5, eleventh',
    // nothing that alice sends to bob passes, but the relay may
    keeps: { session: 'path: relayed, via: [left]', middleboxes: '{ left: { policy: { refuse: [tcp] } } }' },
    breaks: { session: 'path: relayed, via: [left]' },
    because: /without left the sessions work, too/,
    shows: ['tcp.flags.syn == 1', 'tcp.flags.syn == 1'],
  },
  {
    rule: 'one-circuit',
    section: '4.3',
    keeps: { app: 'users: 3, connection: shared' },
    breaks: { app: 'users: 3, connection: own' },
    because: /3 connections between alice and bob/,
    shows: ['tcp.flags.syn == 1 && tcp.flags.ack == 0', 'tcp.flags.syn == 1 && tcp.flags.ack == 0'],
  },
  {
    rule: 'no-superfluous-information',
    section: '3.3',
    keeps: {},
    breaks: { app: 'carrier: sip' },
    because: /bytes that route it/,
    shows: ['msrp', 'sip.Via'],
  },
  {
    rule: 'fair-circuit',
    section: '3.2',
    keeps: inCircuit('drr', 6),
    breaks: inCircuit('weighted', 6),
    because: /Jain's index of sessions that compete is 0\.[67]/,
    shows: ['tcp.len > 0', 'tcp.len > 0'],
  },
  {
    rule: 'competing-flows',
    section: '4.3',
    keeps: { session: 'path: relayed, via: [left]', beside: [BULK], rate: '2 Mbit/s' },
    // a long way for the neighbour, short control loops for the relayed session
    breaks: {
      session: 'path: relayed, via: [left, middle, right]',
      other: 'bulk: {}',
      beside: [BULK],
      rate: '2 Mbit/s',
      duration: '60 s',
    },
    because: /other loses \d+ % of its goodput/,
    shows: ['tcp', 'tcp'],
  },
  {
    rule: 'proliferation',
    section: '4.4',
    keeps: { session: relayed },
    breaks: { session: 'path: relayed, via: [left, right]' },
    because: /any of 2 nodes: left, right/,
    shows: ['tcp.flags.syn == 1', 'tcp.flags.syn == 1'],
  },
];
