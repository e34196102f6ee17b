import assert from 'node:assert/strict';
import { EventQueue } from '../../sim/core/event-queue';
import { RandomStream } from '../../sim/core/random';
import { formatIpv4 } from '../../sim/net/addressing';
import {
  Attribute,
  errorValue,
  readAddress,
  readError,
  readText,
  readXorAddress,
  textValue,
} from '../../sim/stun/attributes';
import { crc32 } from '../../sim/stun/crc32';
import { type NatType, discoverFiltering, discoverMapping, discoverType } from '../../sim/stun/discovery';
import { attributeOf, Class, decode, encode, hasIntegrity, Method } from '../../sim/stun/message';
import { ClientTransaction } from '../../sim/stun/transaction';
import { SEED } from '../support/network';
import { type Kind, StunLab } from '../support/stun-lab';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

/** RFC 5769 sections 2.1 and 2.2. */
const REQUEST = hex(`
  000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff
  80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
  80280004e57a3bcf`);
const RESPONSE = hex(`
  0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643
  000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96`);
const KEY = textValue('VOkJxbRl1RmTxUk/WvJxBt');

describe('RFC 8489: STUN messages', () => {
  it('RFC 5769 section 2.1: reads the sample request, its integrity and fingerprint', () => {
    const message = decode(REQUEST)!;
    assert.deepEqual([message.method, message.class], [Method.binding, Class.request]);
    assert.equal(readText(attributeOf(message, Attribute.username)!), 'evtj:h6vY');
    assert.equal(hasIntegrity(REQUEST, KEY), true);
    assert.equal(hasIntegrity(REQUEST, textValue('another key')), false);
  });

  it('RFC 5769 section 2.2: reads the mapped address of the sample response', () => {
    const { ipv4, port } = readXorAddress(attributeOf(decode(RESPONSE)!, Attribute.xorMappedAddress)!)!;
    assert.deepEqual([formatIpv4(ipv4), port], ['192.0.2.1', 32853]);
    assert.equal(hasIntegrity(RESPONSE, KEY), true);
  });

  it('section 14.7: refuses a message with one bit wrong', () => {
    for (let at = 0; at < REQUEST.length; at++) {
      // the type of the fingerprint itself
      if (at === REQUEST.length - 8 || at === REQUEST.length - 7) continue;
      const wrong = REQUEST.slice();
      wrong[at]! ^= 1;
      assert.equal(decode(wrong), null, `byte ${at}`);
    }
  });

  it('writes what it reads: every method and class, with integrity and fingerprint', () => {
    for (const method of Object.values(Method)) {
      for (const kind of Object.values(Class)) {
        const message = {
          method,
          class: kind,
          transaction: REQUEST.slice(8, 20),
          attributes: [{ type: Attribute.errorCode, value: errorValue(438, 'Stale Nonce') }],
        };
        const bytes = encode(message, { key: KEY, fingerprint: true });
        const read = decode(bytes)!;
        assert.deepEqual([read.method, read.class, read.transaction], [method, kind, message.transaction]);
        assert.equal(readError(attributeOf(read, Attribute.errorCode)!), 438);
        assert.equal(hasIntegrity(bytes, KEY), true);
      }
    }
  });

  it('CRC-32 of the check string of ITU-T V.42', () => {
    assert.equal(crc32(textValue('123456789')), 0xcbf43926);
  });

  it('survives 100,000 random and mutated messages', () => {
    const random = new RandomStream(SEED, 'hostile');
    let read = 0;
    for (let i = 0; i < 100_000; i++) {
      const source = i % 2 === 0 ? REQUEST : RESPONSE;
      let bytes: Uint8Array;
      if (i % 4 === 0) bytes = Uint8Array.from({ length: random.integer(0, 120) }, () => random.word() & 0xff);
      else {
        // without FINGERPRINT, so that the parser has to read on
        bytes = source.slice(0, source.length - 8);
        new DataView(bytes.buffer).setUint16(2, bytes.length - 20);
        for (let n = random.integer(0, 4); n > 0; n--)
          bytes[random.integer(0, bytes.length - 1)] = random.word() & 0xff;
        if (random.chance(0.2)) bytes = bytes.slice(0, random.integer(0, bytes.length));
      }
      const message = decode(bytes);
      if (message === null) continue;
      read++;
      for (const { value } of message.attributes) {
        readAddress(value);
        readXorAddress(value);
        readError(value);
        readText(value);
      }
      if (i % 50 === 1) hasIntegrity(bytes, KEY);
    }
    assert.ok(read > 10_000, `${read} could be read`);
  });
});

describe('RFC 8489 section 6.2.1: retransmission', () => {
  it('sends at 0, 500, 1500, 3500, 7500, 15500, 31500 ms, and fails at 39500 ms', () => {
    const events = new EventQueue();
    const sent: number[] = [];
    let failedAt = -1;
    const send = () => void sent.push(events.now / 1e6);
    const request = { method: Method.binding, attributes: [] };
    new ClientTransaction(events, new RandomStream(SEED, 'x'), request, send, () => (failedAt = events.now / 1e6));
    events.run(Infinity);
    assert.deepEqual(sent, [0, 500, 1500, 3500, 7500, 15500, 31500]);
    assert.equal(failedAt, 39500);
  });

  it('ends with the first answer to its own transaction', () => {
    const events = new EventQueue();
    const ends: unknown[] = [];
    let bytes = new Uint8Array();
    const request = { method: Method.binding, attributes: [] };
    const transaction = new ClientTransaction(
      events,
      new RandomStream(SEED, 'x'),
      request,
      (b) => (bytes = Uint8Array.from(b)),
      (answer) => ends.push(answer),
    );
    const answer = { ...decode(bytes)!, class: Class.success };
    assert.equal(transaction.receive({ ...answer, transaction: new Uint8Array(12) }, bytes), false);
    assert.equal(transaction.receive({ ...answer, class: Class.request }, bytes), false);
    assert.equal(transaction.receive(answer, bytes), true);
    assert.equal(transaction.receive(answer, bytes), false);
    events.run(Infinity);
    assert.equal(ends.length, 1);
    assert.equal(transaction.sent, 1);
  });
});

/** RFC 3489 section 10.1: what each kind is found to be. */
const TYPES: readonly (readonly [NatType, ...(readonly [Kind, object?])[]])[] = [
  ['UDP blocked', ['firewall', { blocked: ['udp'] }]],
  ['open Internet'],
  ['symmetric UDP firewall', ['firewall']],
  ['full cone', ['full-cone']],
  ['symmetric', ['symmetric', { ports: 'sequential' }]],
  ['restricted cone', ['restricted-cone']],
  ['port restricted cone', ['port-restricted-cone']],
];
/** From the least to the most restrictive. */
const ORDER = ['full cone', 'restricted cone', 'port restricted cone', 'symmetric'] as const;

describe('RFC 3489 section 10.1: discovery of the type', () => {
  for (const [type, ...kinds] of TYPES) {
    it(`${kinds.map(([kind]) => kind).join(', ') || 'nothing'}: ${type}`, () => {
      assert.equal(new StunLab(...kinds).run(discoverType), type);
    });
  }

  for (const inner of ORDER) {
    for (const outer of ORDER) {
      const expected = ORDER[Math.max(ORDER.indexOf(inner), ORDER.indexOf(outer))]!;
      it(`${inner} behind ${outer}: ${expected}, the more restrictive`, () => {
        const kinds = [inner, outer].map((type) => TYPES.find(([name]) => name === type)![1]!);
        assert.equal(new StunLab(...kinds).run(discoverType), expected);
      });
    }
  }
});

describe('RFC 5780 sections 4.3 and 4.4: discovery of mapping and filtering', () => {
  const BEHAVIOURS = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;

  it('finds no translation where there is none', () => {
    assert.equal(new StunLab(['firewall']).run(discoverMapping), 'none');
  });

  for (const mapping of BEHAVIOURS) {
    for (const filtering of BEHAVIOURS) {
      it(`mapping ${mapping}, filtering ${filtering}`, () => {
        const lab = () => new StunLab(['nat', { mapping, filtering, ports: 'sequential' }]);
        assert.equal(lab().run(discoverMapping), mapping);
        assert.equal(lab().run(discoverFiltering), filtering);
      });
    }
  }
});
