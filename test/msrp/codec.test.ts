import assert from 'node:assert/strict';
import { bytesOf } from '../../sim/core/byte-text';
import { Malformed } from '../../sim/core/malformed';
import { RandomStream } from '../../sim/core/random';
import { Continuation, type MsrpMessage, msrpText, MsrpWire, NO_FIELDS, UNKNOWN } from '../../sim/msrp/message';
import { MsrpFramer, parseMsrp } from '../../sim/msrp/parse';
import { msrpUriText, parseMsrpUri } from '../../sim/msrp/uri';

/** RFC 4975 section 11.1, the parts of the exchange that published.md 10.3 counts. */
const SEND = [
  'MSRP d93kswow SEND',
  'To-Path: msrp://bobpc.example.com:8888/9di4eae923wzd;tcp',
  'From-Path: msrp://alicepc.example.com:7777/iau39soe2843z;tcp',
  'Message-ID: 12339sdqwer',
  'Byte-Range: 1-16/16',
  'Content-Type: text/plain',
  '',
  "Hi, I'm Alice!\r\n",
  '-------d93kswow$',
  '',
].join('\r\n');

const OK = [
  'MSRP d93kswow 200 OK',
  'To-Path: msrp://alicepc.example.com:7777/iau39soe2843z;tcp',
  'From-Path: msrp://bobpc.example.com:8888/9di4eae923wzd;tcp',
  '-------d93kswow$',
  '',
].join('\r\n');

const REPORT = [
  'MSRP dkei38sd REPORT',
  'To-Path: msrp://alicepc.example.com:7777/iau39soe2843z;tcp',
  'From-Path: msrp://bob.example.com:8888/9di4eae923wzd;tcp',
  'Message-ID: 12339sdqwer',
  'Byte-Range: 1-106/106',
  'Status: 000 200',
  '-------dkei38sd$',
  '',
].join('\r\n');

const parse = (text: string): MsrpMessage => parseMsrp(bytesOf(text));

describe('MSRP messages (RFC 4975)', () => {
  it('given the SEND, its answer and a REPORT of section 11, gives back every byte', () => {
    for (const text of [SEND, OK, REPORT]) {
      assert.equal(msrpText(parse(text)), text);
      assert.equal(new MsrpWire(parse(text)).size, text.length);
    }
  });

  it('given any of 3000 messages, come back the same from what was written', () => {
    const random = new RandomStream([1, 2, 3, 4], 'msrp');
    const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)]!;
    const path = () => pick([['msrp://a:1/x;tcp'], ['msrp://relay.example:2855/r1;tcp', 'msrps://b@h:9/y;tcp']]);
    for (let i = 0; i < 3000; i++) {
      const id = pick(['abcd', 'd93kswow', 'A.b+c%d=e-f']);
      const flag = pick(Object.values(Continuation));
      const common = { id, toPath: path(), fromPath: path(), others: pick([[], [{ name: 'Use-Path', value: 'msrp://x;tcp' }]]), continuation: flag }; // prettier-ignore
      const contentType = pick(['', 'text/plain']);
      const body = pick(['', 'hi', '\r\n-------other$\r\n', `\r\n-------${id}`, '\r\n\r\n', '\xff\0']);
      const message: MsrpMessage = random.chance(0.3)
        ? { kind: 'response', ...common, status: pick([200, 408, 501]), comment: pick(['', 'OK', 'not now']) }
        : {
            kind: 'request',
            ...NO_FIELDS,
            ...common,
            method: pick(['SEND', 'REPORT', 'AUTH']),
            messageId: '123x',
            byteRange: pick([null, { start: 1, end: 5, total: 5 }, { start: 6, end: UNKNOWN, total: UNKNOWN }]),
            successReport: pick([true, false]),
            failureReport: pick(['yes', 'no', 'partial']),
            status: pick([0, 200, 413]),
            contentType,
            body: contentType === '' ? '' : body,
          };
      assert.deepEqual(parse(msrpText(message)), message, msrpText(message));
    }
  });

  it('given a stream in pieces of any size, gives each message when its end-line is there (section 7.1)', () => {
    const texts = [SEND, OK, SEND.replace('$', '+').replace('Alice', '-------d93kswo$\r\n-------d93kswowx'), REPORT];
    const stream = bytesOf(texts.join(''));
    for (const piece of [1, 2, 5, 64, 100_000]) {
      const framer = new MsrpFramer();
      const got: MsrpMessage[] = [];
      for (let at = 0; at < stream.length; at += piece) got.push(...framer.feed(stream.subarray(at, at + piece)));
      assert.deepEqual(got.map(msrpText), texts, `pieces of ${piece}`);
      assert.equal(framer.pending, 0);
    }
  });

  it('read URIs and write them again (section 6)', () => {
    for (const text of [
      'msrp://atlanta.example.com:7654/jshA7weztas;tcp',
      'msrps://bob@b.example/x;tcp',
      'msrp://10.0.0.9:2855;tcp',
      'msrp://[2001:db8::1]:1/s;tcp',
    ])
      // prettier-ignore
      assert.equal(msrpUriText(parseMsrpUri(text)), text);
    for (const text of ['http://a/b;tcp', 'msrp://a:99999/b;tcp', 'msrp://a/b', 'msrp:///b;tcp', ''])
      assert.throws(() => parseMsrpUri(text), Malformed);
  });

  const refused: readonly [string, string, RegExp][] = [
    ['a transaction identifier that is too short', SEND.replaceAll('d93kswow', 'abc'), /MSRP ID METHOD/],
    ['no path', SEND.replace(/To-Path.*\r\n/, ''), /to-path/],
    ['no Message-ID', SEND.replace(/Message-ID.*\r\n/, ''), /Message-ID/],
    ['a range that starts at 0', SEND.replace('1-16/16', '0-16/16'), /Byte-Range/],
    ['a body without Content-Type', SEND.replace(/Content-Type.*\r\n/, ''), /Content-Type/],
    ['a header field twice', SEND.replace('Byte-Range', 'Message-ID'), /two header fields/],
    ['an end-line of another transaction', SEND.replace('-------d93kswow', '-------d93ksxxx'), /no end-line/],
    ['what follows the end', SEND + OK, /follows/],
  ];
  for (const [what, text, why] of refused) {
    it(`refuse ${what}`, () => {
      assert.throws(() => parse(text), (error) => error instanceof Malformed && why.test(error.message)); // prettier-ignore
    });
  }
});
