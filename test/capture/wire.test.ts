import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { addWords, finish } from '../../sim/capture/checksum';
import { initialSequence } from '../../sim/capture/formats/tcp';
import { WireEncoder } from '../../sim/capture/wire';
import { Ecn, Flag, Packet, Protocol } from '../../sim/core/packet';
import { IcmpError } from '../../sim/net/icmp';
import { setSize } from '../../sim/tcp/segment';
import { StreamContent } from '../../sim/transport/stream-content';

const encoder = new WireEncoder({ ipv4: (address) => 0x0a000001 + address });

function tcp(fields: Partial<Packet>): Packet {
  return Object.assign(new Packet(), { src: 0, dst: 1, srcPort: 40000, dstPort: 9, flags: Flag.ack, flow: 7 }, fields);
}

function encode(p: Packet): DataView {
  const bytes = encoder.encode(p).slice();
  return new DataView(bytes.buffer);
}

/** The sum over a header with its checksum in place is 0xffff (RFC 1071). */
function checks(view: DataView, protocol: number): boolean {
  const bytes = new Uint8Array(view.buffer);
  const pseudo = protocol === 1 ? 0 : addWords(protocol + bytes.length - 20, bytes, 12, 20);
  return finish(addWords(0, bytes, 0, 20)) === 0 && finish(addWords(pseudo, bytes, 20, bytes.length)) === 0;
}

describe('packets on the wire', () => {
  it('have an IPv4 header with addresses, ECN, TTL and a right checksum (RFC 791, RFC 3168)', () => {
    const view = encode(tcp({ ecn: Ecn.ce, ttl: 61, length: 11 }));
    assert.equal(view.getUint8(0), 0x45);
    assert.equal(view.getUint8(1) & 3, 3);
    assert.equal(view.getUint16(2), 20 + 20 + 11);
    assert.equal(view.getUint8(8), 61);
    assert.equal(view.getUint8(9), 6);
    assert.equal(view.getUint32(12), 0x0a000001);
    assert.equal(view.getUint32(16), 0x0a000002);
    assert.ok(checks(view, 6));
  });

  it('have sequence numbers that start at the ISN of the flow and wrap at 32 bits (RFC 9293 section 3.4)', () => {
    const isn = initialSequence(7);
    const far = 2 ** 32 - isn + 5;
    const view = encode(tcp({ seq: far, ack: 1 }));
    assert.equal(view.getUint32(24), 5);
    assert.equal(view.getUint32(28), (isn + 1) % 2 ** 32);
    assert.notEqual(isn, initialSequence(8));
  });

  it('carry every option, padded to words', () => {
    const syn = encode(tcp({ flags: Flag.syn, mss: 1460, sackPermitted: true, tsVal: 100, tsEcr: 0, windowScale: 8 }));
    assert.equal(syn.byteLength, 20 + 40);
    assert.equal(syn.getUint8(32) >> 4, 10);
    assert.equal(syn.getUint32(40), 0x020405b4);
    assert.equal(syn.getUint32(44), 0x0402080a);
    assert.equal(syn.getUint32(48), 100);
    assert.equal(syn.getUint32(56), 0x01030308);
    const plain = encode(tcp({ flags: Flag.syn, mss: 536, sackPermitted: true }));
    assert.equal(plain.getUint32(44), 0x01010402);
  });

  it('carry a Fast Open cookie, or an empty option that asks for one (RFC 7413 section 4.1.1)', () => {
    const asks = encode(tcp({ flags: Flag.syn, cookie: 0 }));
    assert.equal(asks.getUint32(40), 0x22020101);
    const gives = encode(tcp({ flags: Flag.syn | Flag.ack, cookie: 0x1234 }));
    assert.equal(gives.getUint16(40), 0x220a);
    assert.equal(gives.getUint32(46), 0x1234);
    assert.equal(gives.getUint16(50), 0x0101);
  });

  it('carry SACK blocks in the same sequence space as acknowledgements (RFC 2018)', () => {
    const isn = initialSequence(7);
    const view = encode(tcp({ ack: 1, sackCount: 2, sack: [2001, 3001, 1, 1001], tsVal: 9, tsEcr: 8 }));
    assert.equal(view.byteLength, 20 + 20 + 12 + 20);
    assert.equal(view.getUint32(52), 0x01010512);
    assert.equal(view.getUint32(56), (isn + 2001) % 2 ** 32);
    assert.equal(view.getUint32(68), (isn + 1001) % 2 ** 32);
    assert.ok(checks(view, 6));
  });

  it('are as long as the simulation counts them', () => {
    for (const fields of [
      {},
      { length: 1000, tsVal: 5 },
      { flags: Flag.syn, mss: 1460, sackPermitted: true },
      { flags: Flag.syn, mss: 1460, sackPermitted: true, tsVal: 5, windowScale: 7 },
      { flags: Flag.syn, mss: 1460, windowScale: 7 },
      { flags: Flag.syn, mss: 1460, cookie: 0 },
      { flags: Flag.syn, mss: 1460, cookie: 9, length: 700 },
      { sackCount: 3, sack: [1, 2, 3, 4, 5, 6], tsVal: 5 },
    ]) {
      const p = tcp(fields);
      setSize(p);
      assert.equal(encode(p).byteLength, p.size);
    }
  });

  it('put the ninth flag, AE, beside the header length (RFC 9768)', () => {
    assert.equal(encode(tcp({ flags: Flag.ack | Flag.ae })).getUint16(32), 0x5110);
  });

  it('keep the initial sequence number across a NAT, which rewrites the address', () => {
    const before = encode(tcp({ seq: 100, src: 0 }));
    const after = encode(tcp({ seq: 100, src: 5, srcPort: 60001 }));
    assert.equal(before.getUint32(24), after.getUint32(24));
    assert.notEqual(before.getUint32(12), after.getUint32(12));
    assert.ok(checks(after, 6));
  });

  it('have a right checksum for UDP, also of an odd length, and ICMP', () => {
    const udp = encode(
      Object.assign(new Packet(), { protocol: Protocol.udp, srcPort: 5, dstPort: 6, length: 3, size: 31 }),
    );
    assert.equal(udp.getUint16(24), 11);
    assert.ok(checks(udp, 17));
    assert.ok(checks(encode(Object.assign(new Packet(), { protocol: Protocol.icmp, size: 64 })), 1));
  });

  it('carry in an ICMP error the header and ports of the packet that it is about (RFC 792)', () => {
    const payload = new IcmpError(0, Protocol.tcp, 1, 80, 2, 443, 11);
    const bytes = encode(Object.assign(new Packet(), { protocol: Protocol.icmp, size: 56, payload }));
    assert.ok(checks(bytes, 1));
    assert.deepEqual([bytes.getUint8(20), bytes.getUint8(21)], [11, 0]);
    assert.equal(bytes.getUint8(28 + 9), 6);
    assert.deepEqual([bytes.getUint16(48), bytes.getUint16(50)], [80, 443]);
  });

  it('have a wrong checksum when they were corrupted', () => {
    assert.ok(!checks(encode(tcp({ corrupt: true, length: 10 })), 6));
  });

  it('carry the part of a stream that a segment covers', () => {
    const content = new StreamContent();
    content.mark({ size: 6, encode: () => new Uint8Array([1, 2, 3, 4, 5, 6]) }, 8, 0);
    // bytes 3 to 7 of the stream; its message begins after two bytes of no content
    const bytes = encoder.encode(tcp({ seq: 4, length: 4, payload: content }));
    assert.deepEqual([...bytes.subarray(40)], [2, 3, 4, 5]);
  });

  it('carry content when the packet has some', () => {
    const payload = { encode: () => new Uint8Array([1, 2, 3]) };
    const bytes = encoder.encode(tcp({ length: 5, payload }));
    assert.deepEqual([...bytes.subarray(40)], [1, 2, 3, 0, 0]);
    assert.equal(encoder.encode(tcp({ length: 2, payload })).length, 42);
  });
});
