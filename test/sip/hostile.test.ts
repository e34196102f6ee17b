import assert from 'node:assert/strict';
import { bytesOf } from '../../sim/core/byte-text';
import { Malformed } from '../../sim/core/malformed';
import { RandomStream } from '../../sim/core/random';
import { MsrpFramer, parseMsrp } from '../../sim/msrp/parse';
import { parseMsrpUri } from '../../sim/msrp/uri';
import { msrpText } from '../../sim/msrp/message';
import { sdpText } from '../../sim/sdp/description';
import { parseSdp } from '../../sim/sdp/parse';
import { sipText } from '../../sim/sip/encode';
import { SipFramer } from '../../sim/sip/framer';
import { parseSip } from '../../sim/sip/parse';
import { mutated, noise } from '../support/mutate';
import { ACK_F12, INVITE_F1, INVITE_F4, MESSAGE_F1, RINGING_F6 } from './examples';

const SDP =
  'v=0\r\no=a 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 h\r\nt=0 0\r\nm=message 7 TCP/MSRP *\r\na=path:msrp://h:7/x;tcp\r\n';
const MSRP =
  'MSRP abcd SEND\r\nTo-Path: msrp://b:1/x;tcp\r\nFrom-Path: msrp://a:1/y;tcp\r\nMessage-ID: 1\r\n' +
  'Byte-Range: 1-2/2\r\nContent-Type: text/plain\r\n\r\nhi\r\n-------abcd$\r\n';

/** How many were read and how many refused; anything else that a parser does fails the test. */
function feed(parse: (text: string) => void, seeds: readonly string[], times: number) {
  const random = new RandomStream([7, 7, 7, 7], seeds[0]!);
  const count = { read: 0, refused: 0 };
  for (let i = 0; i < times; i++) {
    const text = random.chance(0.1) ? noise(random) : mutated(seeds[i % seeds.length]!, random);
    try {
      parse(text);
      count.read++;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      count.refused++;
    }
  }
  return count;
}

describe('parsers, given 100,000 random and mutated messages, read them or say what is wrong', () => {
  it('SIP, as datagrams and as streams: what was read can be written and read again', () => {
    const seeds = [INVITE_F1, INVITE_F4, RINGING_F6, ACK_F12, MESSAGE_F1];
    const { read, refused } = feed((text) => {
      const written = sipText(parseSip(bytesOf(text)));
      assert.equal(sipText(parseSip(bytesOf(written))), written);
    }, seeds, 40_000); // prettier-ignore
    assert.ok(read > 2000 && refused > 10_000, `${read} read, ${refused} refused`);
    const stream = feed((text) => new SipFramer().feed(bytesOf(text)), seeds, 10_000);
    assert.ok(stream.refused > 1000);
  });

  it('SDP', () => {
    const { read, refused } = feed((text) => {
      const written = sdpText(parseSdp(text));
      assert.equal(sdpText(parseSdp(written)), written);
    }, [SDP], 25_000); // prettier-ignore
    assert.ok(read > 1000 && refused > 5000, `${read} read, ${refused} refused`);
  });

  it('MSRP, its messages, streams and URIs', () => {
    const { read, refused } = feed((text) => {
      const message = parseMsrp(bytesOf(text));
      assert.deepEqual(parseMsrp(bytesOf(msrpText(message))), message);
      parseMsrpUri(message.toPath[0]!);
    }, [MSRP], 25_000); // prettier-ignore
    assert.ok(read > 200 && refused > 5000, `${read} read, ${refused} refused`);
    const stream = feed((text) => new MsrpFramer().feed(bytesOf(text)), [MSRP], 10_000);
    assert.ok(stream.refused > 1000);
  });

  it('in time that grows with the message, not with its square', () => {
    // each of these would take minutes where a scan begins anew for every character
    const long = 200_000;
    for (const piece of [' ', ',', ';', '"', '<', '\\', ':', '\r\n ', 'a=', '%', '\t', '@']) {
      const filling = piece.repeat(long / piece.length);
      for (const name of ['Via', 'To', 'Contact', 'X', 'Retry-After', 'Content-Length']) {
        try {
          parseSip(bytesOf(INVITE_F1.replace('Max-Forwards: 70', `${name}: ${filling}`)));
        } catch (error) {
          assert.ok(error instanceof Malformed, String(error));
        }
      }
      for (const parse of [
        () => parseSdp(`${SDP}a=${filling}`),
        () => parseMsrp(bytesOf(MSRP.replace('1-2/2', filling))),
      ])
        // prettier-ignore
        try {
          parse();
        } catch (error) {
          assert.ok(error instanceof Malformed, String(error));
        }
    }
  });
});
