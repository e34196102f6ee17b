import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bytesOf } from '../../sim/core/byte-text';
import type { SecurityConfig } from '../../sim/security/config';
import { newKeyLog } from '../../sim/security/tls/key-log';
import type { ClientHello, TlsVersion } from '../../sim/security/tls/messages';
import { handshakeFragment, openBytes, PlainRecord, SealedRecord } from '../../sim/security/tls/record';
import type { StreamDelegate, StreamMessage } from '../../sim/transport/byte-stream';
import type { TcpConnection } from '../../sim/tcp/connection';
import { TcpTransport } from '../../sim/tcp/transport';
import type { TlsStream } from '../../sim/security/tls/stream';
import { TlsTransport } from '../../sim/security/tls/transport';
import { MS, pair, SECOND, tcp } from '../support/network';
import { tlsIn } from '../support/tls';
import { PORT, StreamEnd } from '../transport/streams';

class Text implements StreamMessage {
  constructor(readonly text: string) {}

  get size(): number {
    return this.text.length;
  }

  encode(): Uint8Array {
    return bytesOf(this.text);
  }
}

const ONE_WAY = 40 * MS;

/** A client on a and a server on b, fast links with 80 ms there and back; `messages` are sent when it is established. */
function connection(changes: Partial<SecurityConfig> = {}, messages: readonly Text[] = [new Text('hello')]) {
  const link = { rate: 1e9, delay: ONE_WAY };
  const net = pair(link, link);
  const { tls, realm, log } = tlsIn(net.simulation, changes);
  net.simulation.single(newKeyLog).keep();
  const below = new TcpTransport(tcp({ nagle: false }));
  const transport = new TlsTransport(below, tls);
  const readAt: number[] = [];
  const server = new StreamEnd(true, true, { onReadable: () => readAt.push(net.events.now) });
  const connect = (client: StreamEnd) =>
    transport.connect(net.a, net.b.address, PORT, Object.assign(client, { onEstablished: client.onEstablished.bind(client) }), 1); // prettier-ignore
  transport.listen(net.b, PORT, () => server);
  const client = new StreamEnd();
  client.stream = connect(client);
  for (const message of messages) client.stream.writeMessage(message);
  return { net, tls, realm, log, below, client, server, readAt, connect };
}

function ms(time: number): number {
  return Math.round(time / MS);
}

describe('TLS', () => {
  for (const [version, roundTrips] of [
    ['1.3', 1],
    ['1.2', 2],
  ] as const) {
    it(`given TLS ${version}, when a connection is made, then data follows ${roundTrips} round trips after that of TCP (RFC 8446 section 2, RFC 5246 section 7.3)`, () => {
      const { net, server, readAt, log } = connection({ tls: version });
      net.simulation.run(SECOND);
      assert.equal(server.messages.length, 1);
      // one for TCP, those of TLS, and half a one for the data
      assert.equal(ms(readAt[0]!), 80 + 80 * roundTrips + 40);
      assert.deepEqual(log.handshakes.map((one) => one.version), [version, version]); // prettier-ignore
    });
  }

  for (const version of ['1.3', '1.2'] as const) {
    it(`given a ticket of TLS ${version}, when the client comes back, then one round trip and no certificate (RFC 8446 section 2.2, RFC 5077)`, () => {
      const { net, log, connect } = connection({ tls: version, resumption: true });
      net.simulation.run(SECOND);
      const begun = net.events.now;
      let established = -1;
      const again = new StreamEnd(true, true);
      connect(Object.assign(again, { onEstablished: () => (established = net.events.now) }));
      net.simulation.run(2 * SECOND);
      assert.equal(ms(established - begun), 160);
      const [full, back] = [log.handshakes.slice(0, 2), log.handshakes.slice(2)];
      const bytes = (ends: typeof full) => ends.reduce((sum, end) => sum + end.bytes, 0);
      assert.deepEqual(back.map(({ resumed }) => resumed), [true, true]); // prettier-ignore
      // two certificates of 1200 bytes do not go again
      assert.ok(bytes(full) - bytes(back) > 2 * 1200 - 250, `${bytes(full)} and ${bytes(back)}`);
    });
  }

  it('given certificates of other sizes, when a connection is made, then the server writes so much more (RFC 8446 section 4.4.2)', () => {
    const bytes = (changes: Partial<SecurityConfig>) => {
      const { net, log } = connection(changes);
      net.simulation.run(SECOND);
      return log.handshakes.map((end) => end.bytes);
    };
    // the client finishes first
    const [client, server] = bytes({}) as [number, number];
    const larger = bytes({ certificate: 2000, chain: 3 });
    assert.equal(larger[0], client);
    // another certificate has 3 bytes of length and 2 of extensions
    assert.equal(larger[1]! - server, 3 * 2000 - 2 * 1200 + 5);
    const mutual = bytes({ mutual: true });
    // the client's chain, CertificateVerify: 4 + 2 + 2 + 64, and the context and lengths of Certificate: 4 + 1 + 3 + 2 * 5
    assert.equal(mutual[0]! - client, 2 * 1200 + 72 + 18);
  });

  for (const [version, overhead] of [
    ['1.3', 5 + 1 + 16],
    ['1.2', 5 + 8 + 16],
  ] as const) {
    it(`given TLS ${version}, when data is written, then each record of 2^14 bytes at most has ${overhead} more (RFC 8446 section 5.2, RFC 5288 section 3)`, () => {
      const none = sentFor(version, 0);
      assert.equal(sentFor(version, 1) - none, 1 + overhead);
      assert.equal(sentFor(version, 16384) - none, 16384 + overhead);
      assert.equal(sentFor(version, 16385) - none, 16385 + 2 * overhead);
    });
  }

  it('given a chain that nobody trusted vouches for, when a server shows it, then the client refuses (RFC 8446 section 6.2, unknown_ca)', () => {
    const alerts = refusal('b', 'somebody');
    assert.deepEqual(alerts, ['unknown_ca']);
    assert.deepEqual(refusal('b', 'root'), []);
  });

  it('given a certificate in another name, when a server shows it, then the client refuses (RFC 8446 section 6.2, bad_certificate)', () => {
    assert.deepEqual(refusal('c', 'root'), ['bad_certificate']);
  });

  it('given both ends speak 1.3, when somebody takes it out of the ClientHello, then the client knows from ServerHello.random (RFC 8446 section 4.1.3)', () => {
    const strip = (record: StreamMessage): StreamMessage => {
      const hello = record instanceof PlainRecord ? record.fragment.handshake?.[0] : undefined;
      if (hello?.type !== 'client_hello') return record;
      const worse: ClientHello = { ...hello, versions: ['1.2'], share: null };
      return new PlainRecord(handshakeFragment([worse], '1.2'));
    };
    assert.deepEqual(through(strip).log.alerts, ['illegal_parameter']);
  });

  it('given a changed byte, when the record arrives, then its tag does not fit (RFC 8446 section 5.2, bad_record_mac)', () => {
    for (const version of ['1.2', '1.3'] as const) {
      for (const at of [0, 13, -1]) {
        const { log, server } = through((record) => (isData(record) ? changed(record, at) : record), version);
        assert.deepEqual(log.alerts, ['bad_record_mac'], `byte ${at}`);
        assert.equal(server.messages.length, 0);
      }
    }
  });

  it('given a record that was made anew of the same bytes, when it arrives, then its tag fits', () => {
    const copy = (record: StreamMessage) => (isData(record) ? changed(record, 0, 0) : record);
    const { log, server } = through(copy);
    assert.deepEqual(log.alerts, []);
    assert.equal(server.received, 5);
  });

  it('given the keys that the ends log, when the bytes of a record are opened, then they are what was written', () => {
    const records: SealedRecord[] = [];
    const hellos: ClientHello[] = [];
    const { net } = through((record) => {
      if (isData(record)) records.push(record as SealedRecord);
      const hello = record instanceof PlainRecord ? record.fragment.handshake?.[0] : undefined;
      if (hello?.type === 'client_hello') hellos.push(hello);
      return record;
    });
    const keys = net.simulation.single(newKeyLog).keysOf(hellos[0]!.random)!.application!;
    const opened = openBytes('1.3', keys.client, 0, records[0]!.encode())!;
    assert.equal(String.fromCharCode(...opened.plain), 'hello');
    assert.equal(openBytes('1.3', keys.client, 1, records[0]!.encode()), null);
    assert.equal(openBytes('1.3', keys.server, 0, records[0]!.encode()), null);
  });

  it('given a stream that is cut, when close_notify has not come, then the end is not taken for one (RFC 8446 section 6.1)', () => {
    const { net, client, server, log } = connection();
    net.simulation.run(SECOND);
    (client.stream as TlsStream).inner!.shutdown();
    net.simulation.run(2 * SECOND);
    assert.deepEqual(log.alerts, ['unexpected_message']);
    assert.deepEqual(server.log, ['established', 'aborted']);
  });
});

/** Bytes that the client's end of the stream below has written when it wrote that many. */
function sentFor(version: TlsVersion, bytes: number): number {
  const { net, client } = connection({ tls: version }, []);
  net.simulation.run(SECOND);
  const inner = (client.stream as TlsStream).inner as TcpConnection;
  if (bytes > 0) client.stream!.writeAll(bytes);
  net.simulation.run(2 * SECOND);
  return inner.written;
}

/** What a client that asks for b says to a server with a certificate of `authority` for `subject`. */
function refusal(subject: string, authority: string): readonly string[] {
  const net = pair();
  const { tls, realm, log } = tlsIn(net.simulation);
  const below = new TcpTransport(tcp({ nagle: false }));
  const identity = realm.authorityOf(authority).identityOf(subject);
  below.listen(net.b, PORT, (stream) => tls.server('b', stream, () => new StreamEnd(), identity));
  tls.client('a', 'b', new StreamEnd(), 1, (delegate) => below.connect(net.a, net.b.address, PORT, delegate, 1));
  net.simulation.run(SECOND);
  return log.alerts;
}

/** A connection from a to b whose records somebody between rewrites, on the way to the server. */
function through(rewrite: (record: StreamMessage) => StreamMessage, version: TlsVersion = '1.3') {
  const net = pair();
  const { tls, log } = tlsIn(net.simulation, { tls: version });
  net.simulation.single(newKeyLog).keep();
  const below = new TcpTransport(tcp({ nagle: false }));
  const server = new StreamEnd();
  below.listen(net.b, PORT, (stream) => tls.server('b', stream, () => server));
  const client = new StreamEnd();
  client.stream = tls.client('a', 'b', client, 1, (delegate: StreamDelegate) => {
    const stream = below.connect(net.a, net.b.address, PORT, delegate, 1);
    const write = stream.writeMessage.bind(stream);
    stream.writeMessage = (message) => write(rewrite(message));
    return stream;
  });
  client.stream.writeMessage(new Text('hello'));
  net.simulation.run(SECOND);
  return { net, log, client, server };
}

function isData(record: StreamMessage): boolean {
  return record instanceof SealedRecord && record.fragment.type === 'application_data';
}

function changed(record: StreamMessage, at: number, by = 1): StreamMessage {
  const bytes = record.encode!();
  bytes[at < 0 ? bytes.length + at : at]! ^= by;
  return { size: bytes.length, encode: () => bytes };
}
