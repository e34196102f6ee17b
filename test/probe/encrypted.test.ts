import assert from 'node:assert/strict';
import { buildText, metricOf, runText } from '../support/scenario';

interface Text {
  /** Fields of the session besides its ends, protection and application. */
  readonly session?: string;
  readonly security?: string;
  readonly servers?: string;
  readonly middleboxes?: string;
  readonly app?: string;
}

/** n0 to n3 in a row, and a server beside n1. */
function text({
  session = '',
  security = 'descriptions: true',
  servers = '[]',
  middleboxes = '{}',
  app,
}: Text = {}): string {
  return `
title: An encrypted session beside one in the clear
network:
  graph:
    nodes: [n0, n1, n2, n3, server]
    links:
      - { between: [n0, n1], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [n1, n2], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [n2, n3], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [n1, server], rate: 10 Mbit/s, delay: 1 ms }
middleboxes: ${middleboxes}
signalling: { rport: true, servers: ${servers} }
sessions:
  - name: A
    from: n0
    to: n3
    security: { messages: encrypted, ${security} }
    app: ${app ?? '{ discovery: { method: encrypted, wait: 60 s } }'}
    ${session}
run: { duration: 300 s }
`;
}

const SIGNS = ['receipt', 'refusal', 'connection', 'message', 'silence'];

/** Whether somebody is found, whether it is named, how the caller knows, and after how many seconds. */
function found(given: Text): { readonly exposed: number; readonly named: number; readonly by: string; after: number } {
  const reply = runText(text(given));
  const of = (metric: string) => metricOf(reply, 'A', metric);
  const by = SIGNS.find((sign) => of(`noticedBy.${sign}`) === 1)!;
  return { exposed: of('exposed'), named: of('named'), by, after: of('noticeTime') };
}

const inspecting = (how: string) => `path: relayed\n    via: [n2]\n    relay: { transparent: true, inspect: ${how} }`;

describe('discovery by encrypted messages (draft section 4.5)', () => {
  it('given nobody who needs the content, then the encrypted session comes about, through relays and proxies', () => {
    for (const given of [{}, { servers: '[{ on: server }]' }, { session: 'path: relayed' }]) {
      const { exposed, named, by } = found(given);
      assert.deepEqual([exposed, named, by], [0, 0, 'receipt']);
    }
  });

  it('given a relay that keeps back what it cannot read, then there is silence, which names nobody', () => {
    assert.deepEqual(found({ session: inspecting('silently') }), { exposed: 1, named: 0, by: 'silence', after: 60 });
  });

  it('given one that answers 415, then the caller knows at once, and by whom (RFC 4975 section 10.5)', () => {
    const { after, ...rest } = found({ session: inspecting('aloud') });
    assert.deepEqual(rest, { exposed: 1, named: 1, by: 'message' });
    assert.ok(after < 1);
  });

  it('given the relay has the key of messages, then nobody needs to fail (draft section 5, eighth)', () => {
    const { exposed, by } = found({ session: inspecting('silently'), security: 'descriptions: true, readers: [n2]' });
    assert.deepEqual([exposed, by], [0, 'receipt']);
  });

  it('given a border controller that reads offers, then it refuses with 493 and its name (RFC 3261 section 21.4.29)', () => {
    const servers = '[{ on: server, role: { session-border-controller: { transports: [tcp] } } }]';
    const { exposed, named, by } = found({ servers });
    assert.deepEqual([exposed, named, by], [1, 1, 'refusal']);
    const indifferent = '[{ on: server, role: session-border-controller }]';
    assert.equal(found({ servers: indifferent }).exposed, 0);
  });

  it('given a gateway that is to rewrite addresses in the signalling, then connections go nowhere (RFC 2663 section 2.9)', () => {
    const app = '{ discovery: { method: encrypted, wait: 200 s, register: 30 s } }';
    const middleboxes = '{ n2: { port-restricted-cone: { alg: right, inside: [n3] } } }';
    const { exposed, named, by, after } = found({ app, middleboxes, servers: '[{ on: server }]' });
    assert.deepEqual([exposed, named, by], [1, 0, 'connection']);
    assert.ok(after > 120, `${after}`);
  });

  it('given a session in the clear that fails as well, then nothing follows', () => {
    const reply = runText(text({ middleboxes: '{ n2: { policy: { refuse: [tcp] } } }' }));
    assert.equal(metricOf(reply, 'A', 'plainArrived'), 0);
    assert.equal(metricOf(reply, 'A', 'exposed'), 0);
  });
});

describe('sealed descriptions (RFC 3261 section 23)', () => {
  /** Bodies of the signalling, and messages that arrived. */
  function chat(security: string): { readonly bodies: readonly string[]; readonly delivered: number } {
    const scenario = text({ security, app: '{ im-session: { messages: 3 } }', servers: '[{ on: server }]' });
    const built = buildText(scenario);
    const bodies: string[] = [];
    built.signalling!.watch({
      onSend: ({ body }) => body !== '' && bodies.push(body),
      onArrive: () => undefined,
    });
    built.simulation.run(60e9);
    return { bodies, delivered: metricOf(runText(scenario), 'A', 'messagesDelivered') };
  }

  it('given descriptions are sealed, then sessions come about, and proxies read nothing of them', () => {
    const { bodies, delivered } = chat('descriptions: true');
    assert.equal(delivered, 3);
    assert.ok(bodies.length >= 4);
    assert.ok(bodies.every((body) => !body.includes('m=message')));
  });

  it('given they are not, then everybody on the way reads them', () => {
    const { bodies } = chat('descriptions: false');
    assert.ok(bodies.every((body) => body.includes('m=message')));
  });
});
