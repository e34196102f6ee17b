import assert from 'node:assert/strict';
import { RandomStream } from '../../sim/core/random';
import { MsrpConnection } from '../../sim/msrp/connection';
import { digestOf, parseAuthorization, authorizationText } from '../../sim/msrp/digest';
import { headerOf, type MsrpRequest, type MsrpResponse, NO_FIELDS } from '../../sim/msrp/message';
import { MsrpRelay } from '../../sim/msrp/relay';
import { RelayClient } from '../../sim/msrp/relay-client';
import type { Node } from '../../sim/net/node';
import { computeRoutes } from '../../sim/net/routing';
import { Simulation } from '../../sim/net/simulation';
import { TcpStack } from '../../sim/tcp/stack';
import { TcpTransport } from '../../sim/tcp/transport';
import type { StreamDelegate } from '../../sim/transport/byte-stream';
import { linkOf, SECOND, SEED, tcp } from '../support/network';

const SECRET = { username: 'alice', password: 'secret' };
const over = new TcpTransport(tcp());

/** alice and bob at two relays, and a stranger; hosts in URIs are the names of nodes. */
class Lab {
  readonly simulation = new Simulation(SEED);
  readonly nodes = new Map<string, Node>();
  readonly relays = new Map<string, MsrpRelay>();

  constructor(changes: { readonly longest?: number; readonly store?: number; readonly rateToBob?: number } = {}) {
    const { longest = 600, store = 64 * 1024, rateToBob = 10e6 } = changes;
    for (const name of ['alice', 'one', 'two', 'bob', 'stranger', 'core']) {
      this.nodes.set(name, this.simulation.addNode(name));
    }
    for (const [name, node] of this.nodes) {
      const link = linkOf({ rate: name === 'bob' ? rateToBob : 10e6 });
      // refuses connections
      TcpStack.of(node);
      if (name !== 'core') this.simulation.connect(node, this.node('core'), link, link);
    }
    computeRoutes(this.simulation);
    for (const host of ['one', 'two']) {
      const config = { credentials: SECRET, shortest: 60, longest, host, port: 2855, transport: 'tcp', store };
      const relay = new MsrpRelay(
        this.simulation.events,
        new RandomStream(SEED, host),
        config,
        (uri, delegate, flow) => {
          const to = this.nodes.get(uri.host);
          return to === undefined ? null : over.connect(this.node(host), to.address, uri.port, delegate, flow);
        },
      );
      over.listen(this.node(host), 2855, (stream) => relay.accept(stream));
      this.relays.set(host, relay);
    }
  }

  node(name: string): Node {
    return this.nodes.get(name)!;
  }

  run(seconds: number): void {
    this.simulation.run(this.simulation.events.now + seconds * SECOND);
  }

  dial(from: string, to: string): (delegate: StreamDelegate) => ReturnType<TcpTransport['connect']> {
    return (delegate) => over.connect(this.node(from), this.node(to).address, 2855, delegate, 1);
  }

  /** Somebody who writes what he likes to a relay, and sees what comes. */
  raw(from: string, to: string): Raw {
    return new Raw(this.dial(from, to));
  }

  /** A client that was authorised. */
  client(name: string, relay: string, password = SECRET.password): Client {
    const client = new Client(this, name, relay, password);
    this.run(1);
    return client;
  }
}

class Raw {
  readonly requests: MsrpRequest[] = [];
  readonly responses: MsrpResponse[] = [];
  readonly connection = new MsrpConnection(0, {
    onRequest: (request) => this.requests.push(request),
    onResponse: (_, response) => this.responses.push(response),
    onPassing: (response) => this.responses.push(response),
  });

  constructor(dial: (delegate: StreamDelegate) => ReturnType<TcpTransport['connect']>) {
    const { connection } = this;
    const stream = dial({
      onEstablished: () => connection.pump(),
      onReadable: (s) => connection.receive(s),
      onWritable: () => connection.pump(),
    });
    connection.attach(stream);
  }

  get statuses(): number[] {
    return this.responses.map(({ status }) => status);
  }
}

class Client {
  readonly paths: string[] = [];
  readonly requests: MsrpRequest[] = [];
  readonly statuses: number[] = [];
  losses = 0;
  readonly client: RelayClient;

  constructor(lab: Lab, name: string, relay: string, password: string) {
    const access = {
      relay: `msrp://${relay}:2855;tcp`,
      own: `msrp://${name}:7777/a;tcp`,
      credentials: { ...SECRET, password },
    };
    const { events } = lab.simulation;
    this.client = new RelayClient(
      events,
      new RandomStream(SEED, name),
      access,
      2048,
      {
        onReady: (path) => this.paths.push(path),
        onLost: () => this.losses++,
        onRequest: (request) => this.requests.push(request),
        onResponse: (_, { status }) => this.statuses.push(status),
      },
      lab.dial(name, relay),
    );
    this.client.open();
  }

  send(toPath: readonly string[], body: string, fields: Partial<MsrpRequest> = {}): void {
    this.client.connection.send(sendOf(toPath, 'msrp://alice:7777/a;tcp', body, fields));
  }
}

function sendOf(toPath: readonly string[], from: string, body: string, fields: Partial<MsrpRequest> = {}): MsrpRequest {
  const byteRange = { start: 1, end: body.length, total: body.length };
  const rest = { messageId: '1.a', byteRange, contentType: 'text/plain', body };
  return {
    kind: 'request',
    ...NO_FIELDS,
    id: 'abcd1234',
    method: 'SEND',
    toPath,
    fromPath: [from],
    ...rest,
    ...fields,
  };
}

function authOf(fields: Partial<MsrpRequest> = {}, id = 'auth1234'): MsrpRequest {
  const paths = { toPath: ['msrp://one:2855;tcp'], fromPath: ['msrp://alice:7777/a;tcp'] };
  return { kind: 'request', ...NO_FIELDS, id, method: 'AUTH', ...paths, ...fields };
}

/** The Authorization that answers a 401. */
function credentialsFor(challenge: MsrpResponse, password = SECRET.password, count = 1) {
  const text = headerOf(challenge, 'www-authenticate')!;
  const nonce = /nonce="([^"]+)"/.exec(text)![1]!;
  const given = { realm: 'one', nonce, count, cnonce: 'c' };
  const uri = 'msrp://one:2855;tcp';
  const response = digestOf({ ...SECRET, password }, given, { method: 'AUTH', uri });
  return { name: 'Authorization', value: authorizationText({ ...given, username: SECRET.username, response }) };
}

const BOB = 'msrp://bob:7777/a;tcp';

describe('Digest (RFC 2617)', () => {
  it('gives the response of the example in section 3.5', () => {
    const given = {
      realm: 'testrealm@host.com',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      count: 1,
      cnonce: '0a4f113b',
    };
    const credentials = { username: 'Mufasa', password: 'Circle Of Life' };
    const response = digestOf(credentials, given, { method: 'GET', uri: '/dir/index.html' });
    assert.equal(response, '6629fae49393a05397450978507c4ef1');
    const read = parseAuthorization(authorizationText({ ...given, username: 'Mufasa', response }));
    assert.deepEqual(read, { ...given, username: 'Mufasa', response });
  });

  it('reads no Authorization where something is missing, and does not hang on long ones', () => {
    assert.equal(parseAuthorization('Digest username="a", realm="b", nonce="c", nc=00000001, cnonce="d"'), null);
    assert.equal(parseAuthorization('Basic YTpi'), null);
    assert.equal(parseAuthorization(`Digest ${'a'.repeat(65536)} ${' '.repeat(65536)}`), null);
  });
});

describe('AUTH (RFC 4976 section 5.1)', () => {
  it('is answered with a challenge; with credentials then by Use-Path, Expires, and proof of the secret', () => {
    const lab = new Lab();
    const { client, paths } = lab.client('alice', 'one');
    assert.equal(paths.length, 1);
    assert.match(client.path!, /^msrp:\/\/one:2855\/[A-Za-z0-9+-]{12};tcp$/);
    assert.equal(lab.relays.get('one')!.authority.challenged, 1);
  });

  it('with a wrong secret is challenged once more, and the client gives up', () => {
    const lab = new Lab();
    const { client, losses } = lab.client('alice', 'one', 'guess');
    assert.equal(client.path, null);
    assert.equal(losses, 1);
    assert.equal(lab.relays.get('one')!.authorised, 0);
  });

  it('is not to be replayed: a count that does not grow is challenged (RFC 2617 section 3.2.2)', () => {
    const lab = new Lab();
    const alice = lab.raw('alice', 'one');
    alice.connection.send(authOf());
    lab.run(1);
    const others = [credentialsFor(alice.responses[0]!)];
    alice.connection.send(authOf({ others }, 'second12'));
    lab.run(1);
    alice.connection.send(authOf({ others }, 'third123'));
    lab.run(1);
    assert.deepEqual(alice.statuses, [401, 200, 401]);
  });

  it('with an old nonce gets a new one that says stale', () => {
    const lab = new Lab({ longest: 60 });
    const alice = lab.raw('alice', 'one');
    alice.connection.send(authOf());
    lab.run(61);
    alice.connection.send(authOf({ others: [credentialsFor(alice.responses[0]!)] }, 'second12'));
    lab.run(1);
    assert.deepEqual(alice.statuses, [401, 401]);
    assert.match(headerOf(alice.responses[1]!, 'www-authenticate')!, /stale=true/);
  });

  for (const [expires, header] of [
    ['59', 'min-expires'],
    ['601', 'max-expires'],
  ] as const) {
    it(`for ${expires} s is refused with 423 and ${header} (section 5.2)`, () => {
      const lab = new Lab();
      const alice = lab.raw('alice', 'one');
      alice.connection.send(authOf());
      lab.run(1);
      const others = [credentialsFor(alice.responses[0]!), { name: 'Expires', value: expires }];
      alice.connection.send(authOf({ others }, 'second12'));
      lab.run(1);
      assert.deepEqual(alice.statuses, [401, 423]);
      assert.equal(headerOf(alice.responses[1]!, header), header === 'min-expires' ? '60' : '600');
    });
  }

  it('is sent again before it expires, and keeps the URI, also beyond the life of the nonce', () => {
    const lab = new Lab({ longest: 60 });
    const { client, paths } = lab.client('alice', 'one');
    lab.run(300);
    assert.equal(paths.length, 1);
    const bob = lab.client('bob', 'two');
    bob.send([...pathsOf(bob), client.path!, 'msrp://alice:7777/a;tcp'], 'hello');
    lab.run(1);
    assert.deepEqual(bob.statuses, [200]);
  });
});

function pathsOf({ client }: Client): string[] {
  return [client.path!];
}

describe('a relay (RFC 4976 section 6.4)', () => {
  it('moves its URI from the front of To-Path to the front of From-Path, in a transaction of its own, and answers itself', () => {
    const lab = new Lab();
    const alice = lab.client('alice', 'one');
    const bob = lab.client('bob', 'two');
    const [one, two] = [alice.client.path!, bob.client.path!];
    alice.send([one, two, BOB], 'hello');
    lab.run(1);
    assert.deepEqual(alice.statuses, [200]);
    const [request] = bob.requests;
    assert.equal(bob.requests.length, 1);
    assert.deepEqual(request!.toPath, [BOB]);
    assert.deepEqual(request!.fromPath, [two, one, 'msrp://alice:7777/a;tcp']);
    assert.equal(request!.body, 'hello');
    assert.notEqual(request!.id, 'abcd1234');
  });

  it('lets REPORTs back the same way, and answers none', () => {
    const lab = new Lab();
    const alice = lab.client('alice', 'one');
    const bob = lab.client('bob', 'two');
    alice.send([alice.client.path!, bob.client.path!, BOB], 'hello', { successReport: true });
    lab.run(1);
    const { fromPath } = bob.requests[0]!;
    const report = { ...sendOf(fromPath, BOB, ''), method: 'REPORT', status: 200, contentType: '' };
    bob.client.connection.send(report);
    lab.run(1);
    assert.deepEqual(
      alice.requests.map(({ method, status, fromPath: from }) => [method, status, from.at(-1)]),
      [['REPORT', 200, BOB]],
    );
    assert.deepEqual(bob.statuses, []);
  });

  it('joins two clients of its own', () => {
    const lab = new Lab();
    const alice = lab.client('alice', 'one');
    const bob = lab.client('bob', 'one');
    alice.send([alice.client.path!, bob.client.path!, BOB], 'hello');
    lab.run(1);
    assert.deepEqual(bob.requests[0]!.fromPath, [bob.client.path!, alice.client.path!, 'msrp://alice:7777/a;tcp']);
  });

  it('refuses a URI that it has not given away with 481, and one of another client with 403', () => {
    const lab = new Lab();
    const alice = lab.client('alice', 'one');
    const bob = lab.client('bob', 'two');
    const stranger = lab.raw('stranger', 'one');
    stranger.connection.send(sendOf(['msrp://one:2855/none;tcp', BOB], 'msrp://stranger:1/s;tcp', 'x'));
    const open = sendOf([alice.client.path!, bob.client.path!, BOB], 'msrp://stranger:1/s;tcp', 'x', {
      id: 'second12',
    });
    stranger.connection.send(open);
    lab.run(1);
    assert.deepEqual(stranger.statuses, [481, 403]);
    assert.equal(bob.requests.length, 0);
    assert.equal(lab.relays.get('one')!.refused, 2);
  });

  it('gives an authorisation no longer than it said', () => {
    const lab = new Lab({ longest: 60 });
    const alice = lab.raw('alice', 'one');
    alice.connection.send(authOf());
    lab.run(1);
    alice.connection.send(authOf({ others: [credentialsFor(alice.responses[0]!)] }, 'second12'));
    lab.run(1);
    const path = headerOf(alice.responses[1]!, 'use-path')!;
    const bob = lab.client('bob', 'two');
    const send = (id: string) =>
      alice.connection.send(sendOf([path, bob.client.path!, BOB], 'msrp://alice:7777/a;tcp', 'x', { id }));
    lab.run(50);
    send('early123');
    lab.run(20);
    send('late1234');
    lab.run(1);
    assert.deepEqual(alice.statuses.slice(2), [200, 481]);
  });

  it('reports to the sender what it could not deliver: 408 when the client has gone, its answer when that is an error', () => {
    const lab = new Lab();
    const alice = lab.client('alice', 'one');
    const bob = lab.client('bob', 'two');
    const to = [alice.client.path!, bob.client.path!, BOB];
    bob.client.close();
    lab.run(1);
    // its relay knows the URI no more
    alice.send(to, 'hello');
    lab.run(1);
    assert.deepEqual(alice.statuses, [200]);
    assert.deepEqual(
      alice.requests.map(({ method, status }) => [method, status]),
      [['REPORT', 481]],
    );
    // the relay itself is gone while the message waits for its answer
    alice.send([alice.client.path!, 'msrp://stranger:9/x;tcp'], 'hello', { id: 'second12' });
    lab.run(10);
    assert.deepEqual(
      alice.requests.map(({ status }) => status),
      [481, 408],
    );
    assert.equal(lab.relays.get('one')!.reported, 2);
  });

  it('does not report what asks for no report', () => {
    const lab = new Lab();
    const alice = lab.client('alice', 'one');
    alice.send([alice.client.path!, 'msrp://stranger:9/x;tcp'], 'hello', { failureReport: 'no' });
    lab.run(10);
    assert.deepEqual(alice.statuses, []);
    assert.equal(alice.requests.length, 0);
  });

  it('holds no more than its store, and reads on when the next hop has room', () => {
    const store = 16 * 1024;
    const lab = new Lab({ store, rateToBob: 100e3 });
    const alice = lab.client('alice', 'one');
    const bob = lab.client('bob', 'two');
    const body = 'x'.repeat(200_000);
    alice.send([alice.client.path!, bob.client.path!, BOB], body);
    let most = 0;
    const relay = lab.relays.get('two')!;
    for (let i = 0; i < 300; i++) {
      lab.run(0.1);
      most = Math.max(most, relay.waiting);
    }
    assert.ok(most > store / 2 && most <= store + 2048, `${most}`);
    assert.equal(
      bob.requests.reduce((sum, request) => sum + request.body.length, 0),
      body.length,
    );
    assert.ok(bob.requests.every((request) => request.body.length <= 2048));
  });

  it('forgets all in a crash, and its clients hear of it', () => {
    const lab = new Lab();
    const alice = lab.client('alice', 'one');
    const before = alice.client.path!;
    lab.relays.get('one')!.crash();
    lab.run(1);
    assert.equal(alice.losses, 1);
    alice.client.open();
    lab.run(1);
    assert.notEqual(alice.client.path, before);
  });
});
