import assert from 'node:assert/strict';
import type { ByteStream, StreamMessage } from '../../sim/transport/byte-stream';
import { StreamContent } from '../../sim/transport/stream-content';
import { connect, End, losing, pair, SECOND } from '../support/network';

/** A message that knows its bytes. */
function text(letters: string): StreamMessage {
  return { size: letters.length, encode: () => new TextEncoder().encode(letters) };
}

/** A server that reads at most `most` bytes at a time and takes what is complete. */
function taker(taken: StreamMessage[], most = Infinity): End {
  const take = (stream: ByteStream): void => {
    while (stream.read(most) > 0) {
      for (let m = stream.takeMessage(); m !== null; m = stream.takeMessage()) taken.push(m);
    }
  };
  return new End(false, true, { onReadable: take });
}

describe('messages in a stream', () => {
  it('arrive as the same objects, in order, each when its last byte is read', () => {
    const net = pair();
    const taken: StreamMessage[] = [];
    const client = connect(net, new End(), taker(taken, 100));
    const messages = [1, 99, 100, 5000, 20_000].map((size) => ({ size }));
    for (const m of messages) client.writeMessage(m);
    net.simulation.run(2 * SECOND);
    assert.deepEqual(taken, messages);
    messages.forEach((m, i) => assert.equal(taken[i], m));
  });

  it('arrive once each under loss and duplication of segments, between bytes that belong to none', () => {
    const net = pair({ impairments: losing((_, n) => n % 7 === 0) });
    const taken: StreamMessage[] = [];
    const client = connect(net, new End(), taker(taken));
    const messages = Array.from({ length: 200 }, (_, i) => ({ size: 1 + ((i * 977) % 4000) }));
    for (const m of messages) {
      client.writeMessage(m);
      client.writeAll(10);
    }
    net.simulation.run(60 * SECOND);
    assert.deepEqual(taken, messages);
  });

  it('are not there before their last byte is read', () => {
    const net = pair();
    const server = new End(false, true);
    const client = connect(net, new End(), server);
    client.writeMessage({ size: 1000 });
    net.simulation.run(SECOND);
    const stream = server.connection!;
    assert.equal(stream.untilMessageEnd, 1000);
    stream.read(999);
    assert.equal(stream.takeMessage(), null);
    assert.equal(stream.untilMessageEnd, 1);
    stream.read(1);
    assert.equal(stream.takeMessage()?.size, 1000);
    assert.equal(stream.untilMessageEnd, Infinity);
  });

  it('leave packets without payload alone where none was written', () => {
    const net = pair();
    const payloads = new Set<unknown>();
    net.there.tap = { onSend: (p) => payloads.add(p.payload), onArrive: () => undefined, onDrop: () => undefined };
    const client = connect(net, new End(), new End());
    client.writeAll(100_000);
    net.simulation.run(2 * SECOND);
    assert.deepEqual([...payloads], [null]);
    client.writeMessage({ size: 10 });
    net.simulation.run(3 * SECOND);
    assert.deepEqual([...payloads], [null, client.outbound]);
  });

  it('are refused when they have no bytes', () => {
    const client = connect(pair(), new End(), new End());
    assert.throws(() => client.writeMessage({ size: 0 }), /message of 0 bytes/);
  });
});

describe('StreamContent', () => {
  it('gives the bytes of any part of the stream, zeros between messages', () => {
    const content = new StreamContent();
    content.mark(text('hello'), 5, 0);
    content.mark(text('world'), 12, 0);
    const bytes = (from: number, length: number) => new TextDecoder().decode(content.bytes(from, length));
    assert.equal(bytes(0, 12), 'hello\0\0world');
    assert.equal(bytes(3, 6), 'lo\0\0wo');
    assert.equal(bytes(11, 3), 'd\0\0');
  });

  it('forgets what was acknowledged and taken, but not at once', () => {
    const content = new StreamContent();
    for (let i = 1; i <= 1000; i++) {
      content.mark(text('x'), i, i - 1);
      content.take(i);
    }
    assert.equal(content.bytes(0, 1)[0], 0);
    assert.equal(content.bytes(990, 1)[0], 'x'.charCodeAt(0));
  });
});
