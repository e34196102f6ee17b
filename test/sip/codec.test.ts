import assert from 'node:assert/strict';
import { bytesOf } from '../../sim/core/byte-text';
import { Malformed } from '../../sim/core/malformed';
import { RandomStream } from '../../sim/core/random';
import { sipText, SipWire } from '../../sim/sip/encode';
import { SipFramer } from '../../sim/sip/framer';
import { ABSENT, NO_FIELDS, responseTo, type SipMessage, type SipRequest } from '../../sim/sip/message';
import { nameAddr, tagOf, withTag } from '../../sim/sip/name-addr';
import { paramOf, type Params } from '../../sim/sip/params';
import { parseSip } from '../../sim/sip/parse';
import { sipUri } from '../../sim/sip/uri';
import { branchOf, withParams } from '../../sim/sip/via';
import { ACK_F12, INVITE_F1, INVITE_F4, lines, MESSAGE_F1, RINGING_F6 } from './examples';

const parse = (text: string): SipMessage => parseSip(bytesOf(text));

/** Any message that the encoder may be given. */
function anyMessage(random: RandomStream): SipMessage {
  const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)]!;
  const many = <T>(most: number, make: () => T): T[] => Array.from({ length: random.integer(0, most) }, make);
  const word = () => pick(['alice', 'b0b', 'x-1', '1928301774', "o'neil!", 'a%20b', '~weird+*']);
  const params = (): Params =>
    many(2, () => [pick(['lr', 'tag-x', 'ttl', 'q']), pick([null, word(), '"a, b; <c>\\""'])]);
  const host = () => pick(['atlanta.com', '10.0.0.7', '[2001:db8::9]', 'pc33']);
  const uri = () => ({ ...sipUri(pick(['', word(), 'alice:pw;x?y']), host(), pick([0, 5060, 65535])), params: pick([[], [['transport', 'tcp'] as const]]) }); // prettier-ignore
  const address = () => nameAddr(uri(), pick(['', 'Alice', '"Bell, <Alexander>; \\" x"']), params());
  const via = () => ({ transport: pick(['UDP', 'TCP']), host: host(), port: pick([0, 5061]), params: [['branch', `z9hG4bK${word()}`] as const, ...params()] }); // prettier-ignore
  const method = pick(['INVITE', 'ACK', 'MESSAGE', 'NEWMETHOD']);
  const body = pick(['', 'hello\r\n\r\nworld', '\xff\0binary', 'v=0\r\n']);
  const fields = {
    vias: [via(), ...many(3, via)],
    routes: many(2, address),
    recordRoutes: many(2, address),
    from: withTag(address(), word()),
    to: address(),
    callId: word(),
    cseq: { number: random.integer(0, 2 ** 31 - 1), method },
    contacts: pick<SipMessage['contacts']>(['*', many(2, address)]),
    maxForwards: pick([ABSENT, 0, 70]),
    expires: pick([ABSENT, 0, 3600]),
    retryAfter: pick([ABSENT, 10]),
    contentType: body === '' ? '' : 'text/plain',
    others: many(2, () => ({ name: 'X-Any', value: pick(['', 'a: b, c;;', '"']) })),
    body,
  };
  if (random.chance(0.5)) return { kind: 'request', method, uri: uri(), ...fields };
  return { kind: 'response', status: random.integer(100, 699), reason: pick(['', 'OK', 'Not  Here']), ...fields };
}

describe('SIP messages (RFC 3261 section 7)', () => {
  it('given any of 3000 messages, come back the same from what was written', () => {
    const random = new RandomStream([1, 2, 3, 4], 'sip');
    for (let i = 0; i < 3000; i++) {
      const message = anyMessage(random);
      assert.deepEqual(parse(sipText(message)), message, sipText(message));
      assert.deepEqual(parse(sipText(message, true)), message);
    }
  });

  it('are as large as the examples of RFC 3261 section 24.2 and RFC 3428 section 10, the 142 bytes of SDP left out', () => {
    const sizes = [INVITE_F1, INVITE_F4, RINGING_F6, ACK_F12].map((text) => new SipWire(parse(text)).size);
    assert.deepEqual(
      sizes,
      [INVITE_F1, INVITE_F4, RINGING_F6, ACK_F12].map((text) => text.length),
    );
    // published.md 10.3 counts 473, 654, 473 and 264: the RFC folds two Via lines of F4 and three of F6, 3 bytes each
    assert.deepEqual(sizes, [473, 654 - 2 * 3, 473 - 3 * 3, 264]);
    // without brackets in the example, with them when written: 4 bytes more
    assert.equal(new SipWire(parse(MESSAGE_F1)).size, MESSAGE_F1.length + 4);
    assert.equal(MESSAGE_F1.length, 294);
  });

  it('with compact names are smaller and mean the same (section 7.3.3)', () => {
    const long = parse(INVITE_F4);
    assert.equal(new SipWire(long).size - new SipWire(long, true).size, 3 * 2 + 1 + 3 + 6 + 6 + 11 + 13);
  });

  it('give access to branch, tag and parameters, whatever their case', () => {
    const message = parse(INVITE_F4.replace('branch=z9hG4bK4b', 'BRANCH=z9hG4bK4b'));
    assert.equal(branchOf(message.vias[0]!), 'z9hG4bK4b43c2ff8.1');
    assert.equal(tagOf(message.from), '1928301774');
    assert.equal(tagOf(withTag(message.from, 'x')), 'x');
    const marked = withParams(message.vias[2]!, [['received', '1.2.3.4'], ['rport', '9']]); // prettier-ignore
    assert.equal(paramOf(marked.params, 'received'), '1.2.3.4');
    assert.equal(paramOf(marked.params, 'rport'), '9');
    assert.equal(marked.params.length, 3);
  });

  it('when answered, keep Via, From, To, Call-ID and CSeq (section 8.2.6.2)', () => {
    const request = parse(INVITE_F4) as SipRequest;
    const { vias, from, to, callId, cseq } = request;
    const response = responseTo(request, 486);
    assert.deepEqual(response, { kind: 'response', status: 486, reason: 'Busy Here', ...NO_FIELDS, vias, from, to, callId, cseq }); // prettier-ignore
  });
});

describe('SIP parsing as RFC 4475 tortures it', () => {
  it('given the short tortuous INVITE, with folding, escapes, odd case and spaces everywhere, reads it (3.1.1.1)', () => {
    const message = parse(
      lines(
        'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0',
        'TO :',
        ' sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n',
        'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
        '  ;',
        '  tag = 98asjd8',
        'MaX-fOrWaRdS: 0068',
        'Call-ID: wsinv.ndaksdj@192.0.2.1',
        'Content-Length   : 3',
        'cseq: 0009',
        '  INVITE',
        'Via  : SIP  /   2.0',
        ' /UDP',
        '    192.0.2.2;rport;branch=390skdjuw',
        's :',
        'NewFangledHeader:   newfangled value',
        ' continued newfangled value',
        'UnknownHeaderWithUnusualValue: ;;,,;;,;',
        'Content-Type: application/sdp',
        'Route:',
        ' <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
        'v:  SIP  / 2.0  / TCP     spindle.example.com   ;',
        '  branch  =   z9hG4bK9ikj8  ,',
        ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=',
        ' z9hG4bK30239',
        'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
        '      newvalue ;',
        '  secondparam ; q = 0.33',
        '',
        'v=0',
      ),
    ) as SipRequest;
    assert.equal(message.uri.params[0]![0], 'unknownparam');
    assert.equal(tagOf(message.to), '1918181833n');
    assert.equal(tagOf(message.from), '98asjd8');
    assert.equal(message.maxForwards, 68);
    assert.deepEqual(message.cseq, { number: 9, method: 'INVITE' });
    assert.deepEqual(message.vias.map(branchOf), ['390skdjuw', 'z9hG4bK9ikj8', 'z9hG4bK30239']);
    assert.deepEqual(message.vias.map(({ transport, host }) => `${transport} ${host}`), ['UDP 192.0.2.2', 'TCP spindle.example.com', 'UDP 192.168.255.111']); // prettier-ignore
    const [contact] = message.contacts as Exclude<typeof message.contacts, '*'>;
    assert.equal(contact!.display, '"Quoted string \\"\\""');
    assert.deepEqual(contact!.params, [['newparam', 'newvalue'], ['secondparam', null], ['q', '0.33']]); // prettier-ignore
    assert.equal(message.others[1]!.value, 'newfangled value continued newfangled value');
    assert.equal(message.others[2]!.value, ';;,,;;,;');
    assert.equal(message.body, 'v=0');
  });

  it('given a wide range of valid characters, reads them (3.1.1.2)', () => {
    const uri =
      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com";
    const message = parse(
      lines(
        `!interesting-Method0123456789_*+\`.%indeed'~ ${uri} SIP/2.0`,
        "Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~",
        'To: "BEL:\\\x07 NUL:\\\x00 DEL:\\\x7F" <sip:1_unusual.URI@example.com>',
        "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com> ;fromParam''~+*_!.-%=\"\xD1\x80\";tag=_token~1'+`*%!-.",
        'Call-ID: intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
        "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~",
        "extensionHeader-!.%*+_`'~:\xEF\xBB\xBF\xE5\xA4\xA7",
        'Content-Length: 0',
        '',
        '',
      ),
    ) as SipRequest;
    assert.equal(message.uri.host, 'example.com');
    assert.equal(`sip:${message.uri.user}@example.com`, uri);
    assert.equal(message.cseq.method, message.method);
  });

  const request = (
    changes: Readonly<Record<string, string | null>>,
    start = 'OPTIONS sip:user@example.org SIP/2.0',
  ) => {
    const fields = {
      Via: 'SIP/2.0/UDP host4.example.com;branch=z9hG4bKkdju43234',
      From: '"Bell, Alexander" <sip:a.g.bell@example.com>;tag=433423',
      To: '<sip:user@example.org>',
      'Call-ID': 'badaspec.sdf0234n2nds0a099u23h3hnnw009cdkne3',
      CSeq: '3923239 OPTIONS',
      'Max-Forwards': '70',
      'Content-Length': '0',
      ...changes,
    };
    const header = Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
    return lines(start, ...header, '', '');
  };

  it('reads the request that the others are made from', () => {
    const message = parse(request({}));
    assert.equal(message.from.display, '"Bell, Alexander"');
  });

  const refused: readonly [string, string, RegExp][] = [
    ['extraneous header field separators (3.1.2.1)', request({ Via: 'SIP/2.0/UDP 192.0.2.15;;,;,,' }), /parameter/],
    ['Content-Length larger than the message (3.1.2.2)', request({ 'Content-Length': '9999' }), /9999/],
    ['negative Content-Length (3.1.2.3)', request({ 'Content-Length': '-999' }), /number/],
    ['scalar values out of range (3.1.2.4)', request({ CSeq: '36893488147419103232 OPTIONS' }), /CSeq/],
    ['an unterminated quoted string in a display name (3.1.2.6)', request({ To: '"Mr. J. User <sip:j.user@example.com>' }), /without end/], // prettier-ignore
    ['<> enclosing the Request-URI (3.1.2.7)', request({}, 'OPTIONS <sip:user@example.com> SIP/2.0'), /URI/],
    ['spaces within the Request-URI (3.1.2.8)', request({}, 'OPTIONS sip:user@example.com; lr SIP/2.0'), /expected METHOD/], // prettier-ignore
    ['more than one space in the request line (3.1.2.9)', request({}, 'OPTIONS  sip:user@example.com  SIP/2.0'), /expected METHOD/], // prettier-ignore
    ['spaces at the end of the request line (3.1.2.10)', request({}, 'OPTIONS sip:user@example.com SIP/2.0  '), /expected METHOD/], // prettier-ignore
    ['an unknown protocol version (3.1.2.16)', request({}, 'OPTIONS sip:user@example.com SIP/7.0'), /expected METHOD/],
    ['methods of CSeq and request line that differ (3.1.2.17)', request({ CSeq: '8 INVITE' }), /CSeq is of/],
    [
      'an overlarge response code (3.1.2.19)',
      request({}, 'SIP/2.0 4294967301 better not break the receiver'),
      /status/,
    ],
    ['missing mandatory fields (3.3.1)', request({ From: null }), /no from/],
    ['no Via', request({ Via: null }), /no Via/],
    ['two Call-IDs (3.3.8)', request({ 'Call-Id': 'another' }), /two header fields/],
    ['a URI with ? outside of brackets (3.1.2.13 kin)', request({ To: 'sip:user@example.com?Route=%3Csip:x%3E' }), /brackets/], // prettier-ignore
    ['Contact: * beside another', `${request({}).slice(0, -2)}Contact: *\r\nContact: <sip:a@b>\r\n\r\n`, /beside/],
    ['no end of the header fields', request({}).slice(0, -4), /empty line/],
  ];
  for (const [what, text, why] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parse(text), (error) => error instanceof Malformed && why.test(error.message)); // prettier-ignore
    });
  }
});

describe('SIP over a byte stream (RFC 3261 section 18.3)', () => {
  it('given messages in pieces of any size, with keep-alives between, gives each when its last byte is there', () => {
    const texts = [INVITE_F1, RINGING_F6, MESSAGE_F1, ACK_F12];
    const stream = bytesOf(texts.join('\r\n\r\n'));
    for (const piece of [1, 2, 3, 7, 100, 100_000]) {
      const framer = new SipFramer();
      const got: SipMessage[] = [];
      for (let at = 0; at < stream.length; at += piece) got.push(...framer.feed(stream.subarray(at, at + piece)));
      assert.deepEqual(got, texts.map(parse), `pieces of ${piece}`);
    }
  });

  it('given no Content-Length, or header fields without end, gives up the stream', () => {
    const framer = new SipFramer();
    assert.throws(() => framer.feed(bytesOf(ACK_F12.replace('Content-Length: 0\r\n', ''))), /Content-Length/);
    const endless = new SipFramer();
    assert.throws(() => {
      for (let i = 0; i < 100; i++) endless.feed(bytesOf('x'.repeat(1000)));
    }, /within/);
  });
});
