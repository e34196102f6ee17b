import assert from 'node:assert/strict';
import { type AlgKind, SipAlg } from '../../sim/alg/gateway';
import { bytesOf, textOf } from '../../sim/core/byte-text';
import type { Bytes } from '../../sim/core/bytes';
import { Flag } from '../../sim/core/packet';
import { RandomStream } from '../../sim/core/random';
import { parseSdp } from '../../sim/sdp/parse';
import { parseSip } from '../../sim/sip/parse';
import { mutated } from '../support/mutate';
import { type Arrival, type End, NatLab } from '../support/nat-lab';
import { SECOND, SEED } from '../support/network';
import { datagramOf, description, registration, sip } from '../support/sip-datagrams';

const PUBLIC = '198.18.0.9';

/** A host's SIP through a translator with a gateway, as the server s sees it. */
class Phone {
  readonly lab: NatLab;
  readonly host: string;

  constructor(alg: AlgKind, type: 'port-restricted-cone' | 'symmetric' = 'port-restricted-cone', params: object = {}) {
    this.lab = new NatLab(type, { alg, ...params });
    this.host = this.lab.textOf('a');
  }

  /** Sends `text` to the server; returns what arrives there. */
  send(text: string): string {
    return textIn(this.lab.send('a', 5060, this.lab.at('s', 5060), datagramOf(text))!);
  }

  /** The server answers; returns what arrives at the host. */
  answer(text: string): string {
    const end = this.lab.publicEnd('a', 5060, this.lab.at('s', 5060), datagramOf('\r\n\r\n'));
    return textIn(this.lab.send('s', 5060, end, datagramOf(text))!);
  }

  /** A SYN from outside to the translator's port. */
  knock(from: string, fromPort: number, port: number): Arrival | undefined {
    return this.lab.tcp(from, fromPort, this.publicAt(port), Flag.syn);
  }

  publicAt(port: number): End {
    return { address: this.lab.publicEnd('a', 5060, this.lab.at('s', 5060)).address, port };
  }

  get publicHost(): string {
    const { addressing } = this.lab.simulation;
    const ipv4 = addressing.ipv4(this.publicAt(0).address);
    return [24, 16, 8, 0].map((shift) => (ipv4 >>> shift) & 255).join('.');
  }
}

function textIn({ payload }: Arrival): string {
  return textOf((payload as Bytes).bytes);
}

function answerOf(body: string, type?: string): string {
  const lines = [
    'SIP/2.0 200 OK',
    'Via: SIP/2.0/UDP 198.18.0.6;branch=z9hG4bK2',
    'To: <sip:bob@biloxi.com>;tag=2',
    'From: <sip:alice@atlanta.com>;tag=1',
    'Call-ID: 2@198.18.0.6',
    'CSeq: 1 INVITE',
    'Contact: <sip:bob@10.0.0.2>',
  ];
  return sip(lines, body, type);
}

describe('a SIP gateway in a translator that does it right (RFC 2663 section 2.9)', () => {
  it('translates Via and Contact of a request, and nothing else of it', () => {
    const phone = new Phone('right');
    const sent = registration(phone.host);
    const expected = sent
      .replace(`UDP ${phone.host};`, `UDP ${phone.publicHost};`)
      .replace(`bob@${phone.host}>`, `bob@${phone.publicHost}>`);
    assert.equal(phone.send(sent), expected);
  });

  it('writes the port where it is not 5060', () => {
    const phone = new Phone('right', 'port-restricted-cone', { ports: 'sequential', firstPort: 7000 });
    const { vias, contacts } = parseSip(bytesOf(phone.send(registration(phone.host))));
    assert.equal(vias[0]!.port, 7000);
    assert.equal(contacts === '*' ? 0 : contacts[0]!.uri.port, 7000);
  });

  it('gives the host its own Via and bindings back, and its own address in a Request-URI', () => {
    const phone = new Phone('right');
    const out = phone.send(registration(phone.host));
    const back = phone.answer(out.replace('REGISTER sip:biloxi.com SIP/2.0', 'SIP/2.0 200 OK'));
    assert.equal(back, registration(phone.host).replace('REGISTER sip:biloxi.com SIP/2.0', 'SIP/2.0 200 OK'));
    const call = registration('198.18.0.6').replaceAll('REGISTER', 'INVITE');
    const invite = phone.answer(call.replace('sip:biloxi.com SIP', `sip:bob@${phone.publicHost} SIP`));
    assert.match(invite, new RegExp(`^INVITE sip:bob@${phone.host} SIP/2.0`));
  });

  for (const type of ['port-restricted-cone', 'symmetric'] as const) {
    it(`translates o, c, m and path, counts the length, and lets a stranger in at that port (${type})`, () => {
      const phone = new Phone('right', type, { ports: 'sequential', firstPort: 7000 });
      assert.equal(phone.knock('t', 9, 7001), undefined);
      const got = parseSip(bytesOf(phone.send(answerOf(description(phone.host, 1024)))));
      const { port } = parseSdp(got.body).media[0]!;
      assert.equal(got.body, description(phone.publicHost, port));
      const arrived = phone.knock('t', 9, port)!;
      assert.deepEqual([arrived.node, arrived.dstPort], ['a', 1024]);
      // and answers from the same public end
      const answer = phone.lab.tcp('a', 1024, phone.lab.at('t', 9), Flag.syn | Flag.ack)!;
      assert.deepEqual([answer.node, answer.srcPort], ['t', port]);
    });
  }

  it('closes the port when nobody has come in time', () => {
    const phone = new Phone('right', 'port-restricted-cone', { pinhole: '10 s' });
    const end = (): Arrival | undefined => phone.knock('t', 9, 1024);
    phone.send(answerOf(description(phone.host, 1024)));
    phone.lab.wait(9.9 * SECOND);
    assert.equal(end()?.node, 'a');
    const other = new Phone('right', 'port-restricted-cone', { pinhole: '10 s' });
    other.send(answerOf(description(other.host, 1024)));
    other.lab.wait(10.1 * SECOND);
    assert.equal(other.knock('t', 9, 1024), undefined);
  });

  it('leaves alone what is for others, what was refused (RFC 3264 section 6), and what it cannot read', () => {
    const phone = new Phone('right');
    for (const body of [description('198.18.0.7', 9), description(phone.host, 0).replace('a=path', 'a=x')]) {
      assert.equal(parseSip(bytesOf(phone.send(answerOf(body)))).body, body);
    }
    const signed = answerOf(`--b\r\n\r\n${description(phone.host, 1024)}\r\n--b--`, 'multipart/signed');
    assert.ok(phone.send(signed).includes(description(phone.host, 1024)));
    assert.equal(phone.send('no SIP at all'), 'no SIP at all');
    assert.equal(phone.lab.metric('unread'), 1);
  });
});

describe('SIP gateways that do it wrong', () => {
  const sent = (phone: Phone) => answerOf(description(phone.host, 1024));

  it('contact-only leaves the private address in SDP', () => {
    const phone = new Phone('contact-only');
    assert.equal(phone.send(sent(phone)), sent(phone).replace(`bob@${phone.host}`, `bob@${phone.publicHost}`));
  });

  it('no-pinhole names its own address with the port of the host, and lets nobody in', () => {
    const phone = new Phone('no-pinhole');
    assert.equal(parseSip(bytesOf(phone.send(sent(phone)))).body, description(phone.publicHost, 1024));
    assert.equal(phone.knock('t', 9, 1024), undefined);
  });

  it('wrong-length has the rest cut off by who counts (RFC 3261 section 18.3)', () => {
    const phone = new Phone('wrong-length');
    const { body } = parseSip(bytesOf(phone.send(sent(phone))));
    const whole = description(phone.publicHost, 1024);
    assert.equal(body, whole.slice(0, description(phone.host, 1024).length));
    assert.ok(body.length < whole.length);
  });

  it('text changes Call-ID, words of users, and addresses that only begin alike', () => {
    const phone = new Phone('text');
    const words = `call ${phone.host}, not ${phone.host}7`;
    const got = phone.send(answerOf(words, 'text/plain').replace('2@198.18.0.6', `2@${phone.host}`));
    const { body, callId } = parseSip(bytesOf(got));
    assert.equal(body, `call ${phone.publicHost}, not ${phone.publicHost}7`);
    assert.equal(callId, `2@${phone.publicHost}`);
  });
});

describe('a SIP gateway', () => {
  it('survives 3,000 mutated datagrams in either direction, and writes nothing that has no end', () => {
    const random = new RandomStream(SEED, 'alg');
    const at = { host: PUBLIC, port: 7000 };
    const host = { publicSignalling: () => at, open: () => at, inside: () => ({ host: '10.0.0.2', port: 5060 }) };
    const texts = [registration('10.0.0.2', 1024), answerOf(description('10.0.0.2', 1024))];
    for (const kind of ['right', 'contact-only', 'no-pinhole', 'wrong-length', 'text'] as const) {
      const alg = new SipAlg(kind, host);
      for (let i = 0; i < 300; i++) {
        const bytes = bytesOf(mutated(texts[i % 2]!, random));
        for (const out of [alg.outbound(bytes, '10.0.0.2'), alg.inbound(bytes, '10.0.0.2', PUBLIC)]) {
          assert.ok((out?.length ?? 0) < 4 * bytes.length + 1000);
        }
      }
    }
  });
});
