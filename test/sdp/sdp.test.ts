import assert from 'node:assert/strict';
import { Malformed } from '../../sim/core/malformed';
import { RandomStream } from '../../sim/core/random';
import { attributeOf, connectionOf, type SessionDescription, sdpText } from '../../sim/sdp/description';
import { parseSdp } from '../../sim/sdp/parse';

/** RFC 4975 section 4, and RFC 8866 section 5 with more lines. */
const MSRP_OFFER = [
  'v=0',
  'o=alice 2890844526 2890844527 IN IP4 alicepc.example.com',
  's= -',
  'c=IN IP4 alicepc.example.com',
  't=0 0',
  'm=message 7394 TCP/MSRP *',
  'a=accept-types:text/plain',
  'a=path:msrp://alicepc.example.com:7394/2s93i93idj;tcp',
  '',
].join('\r\n');

const AUDIO = [
  'v=0',
  'o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1',
  's=Call to John Smith',
  'i=SDP Offer #1',
  'u=http://www.jdoe.example.com/home.html',
  'e=Jane Doe <jane@jdoe.example.com>',
  'p=+1 617 555-6011',
  'c=IN IP4 198.51.100.1',
  'b=CT:128',
  't=0 0',
  'a=recvonly',
  'm=audio 49170 RTP/AVP 0',
  'm=video 51372/2 RTP/AVP 99',
  'i=camera',
  'c=IN IP6 2001:db8::2',
  'a=rtpmap:99 h263-1998/90000',
  '',
].join('\r\n');

describe('SDP (RFC 8866)', () => {
  it('given the examples of RFC 4975 section 4 and RFC 8866 section 5, gives back every byte', () => {
    for (const text of [MSRP_OFFER, AUDIO]) assert.equal(sdpText(parseSdp(text)), text);
  });

  it('gives the address of each medium, its own before that of the session (section 5.7)', () => {
    const { media, ...session } = parseSdp(AUDIO);
    const addresses = media.map((one) => connectionOf({ ...session, media }, one)?.address);
    assert.deepEqual(addresses, ['198.51.100.1', '2001:db8::2']);
    assert.equal(attributeOf(session, 'recvonly'), null);
    assert.equal(attributeOf(session, 'sendonly'), undefined);
    assert.equal(attributeOf(media[1]!, 'rtpmap'), '99 h263-1998/90000');
  });

  it('given any of 2000 descriptions, comes back the same from what was written', () => {
    const random = new RandomStream([1, 2, 3, 4], 'sdp');
    const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)]!;
    const many = <T>(most: number, make: () => T): T[] => Array.from({ length: random.integer(0, most) }, make);
    const connection = () => ({ type: pick(['IP4', 'IP6']), address: pick(['10.0.0.1', 'host.example', '::1']) });
    const attribute = () => ({ name: pick(['path', 'setup', 'x-any']), value: pick([null, 'active', 'a:b c', '']) });
    for (let i = 0; i < 2000; i++) {
      const description: SessionDescription = {
        origin: { user: '-', session: String(random.word() >>> 0), version: '1', connection: connection() },
        name: pick(['-', ' ', 'a call']),
        connection: connection(),
        times: ['0 0', ...many(1, () => '1 2')],
        attributes: many(2, attribute),
        more: pick([[], [{ type: 'i', value: 'x' }, { type: 'b', value: 'AS:1' }]]), // prettier-ignore
        media: many(3, () => ({
          kind: pick(['message', 'audio']),
          port: pick([0, 9, 65535]),
          ports: pick([1, 2]),
          protocol: pick(['TCP/MSRP', 'RTP/AVP']),
          formats: pick([['*'], ['0', '8']]),
          connection: pick([null, connection()]),
          attributes: many(2, attribute),
          more: pick([[], [{ type: 'i', value: 'title' }]]),
        })),
      };
      assert.deepEqual(parseSdp(sdpText(description)), description);
    }
  });

  const refused: readonly [string, (text: string) => string, RegExp][] = [
    ['another version', (t) => t.replace('v=0', 'v=1'), /v=0/],
    ['no origin', (t) => t.replace(/o=.*\r\n/, ''), /expected a line o=/],
    ['an origin with words for numbers', (t) => t.replace('2890844526', 'x'), /origin/],
    ['no time', (t) => t.replace('t=0 0\r\n', ''), /no t line/],
    ['no connection at all', (t) => t.replace(/c=.*\r\n/, ''), /no c line/],
    ['a port beyond 65535', (t) => t.replace('7394', '70000'), /medium/],
    ['a medium without format', (t) => t.replace(' *', ''), /medium/],
    ['a line of no known type', (t) => t.replace('a=accept', 'x=accept'), /unexpected line/],
    ['a line without =', (t) => t.replace('a=accept', 'accept'), /expected a line/],
  ];
  for (const [what, change, why] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parseSdp(change(MSRP_OFFER)), (error) => error instanceof Malformed && why.test(error.message)); // prettier-ignore
    });
  }
});
