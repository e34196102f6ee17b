import assert from 'node:assert/strict';
import * as z from 'zod';
import { Bytes } from '../../sim/core/bytes';
import { type Packet, Protocol } from '../../sim/core/packet';
import type { Link } from '../../sim/net/link';
import { type Middlebox, Verdict } from '../../sim/net/node';
import { IpsecCounts } from '../../sim/tunnel/ipsec/counts';
import { EspPacket } from '../../sim/tunnel/ipsec/esp';
import { Gateway } from '../../sim/tunnel/ipsec/gateway';
import { IkeMessage } from '../../sim/tunnel/ipsec/ike-message';
import { Initiator } from '../../sim/tunnel/ipsec/initiator';
import { ipsecParams } from '../../sim/tunnel/ipsec/params';
import { ReplayWindow } from '../../sim/tunnel/ipsec/replay-window';
import { espBytes, espSuites, mostInEsp } from '../../sim/tunnel/ipsec/suites';
import { SECOND } from '../support/network';
import { buildText, metricOf, runText } from '../support/scenario';

interface Text {
  readonly tunnel?: string;
  readonly app?: string;
  /** Of the link between n1 and n2, in both directions. */
  readonly middle?: string;
  readonly more?: string;
  readonly duration?: string;
}

const CBR = 'cbr: { rate: 80 kbit/s, size: 1000 B }';

/** Nodes n0 to n4 in a row, a tunnel from n1 to n3. */
function text({ tunnel = '', app = CBR, middle = '', more = '', duration = '10 s' }: Text): string {
  const link = (between: string, what: string) => `- { between: [${between}], rate: 10 Mbit/s, delay: 5 ms, ${what} }`;
  return `
title: IPsec
network:
  graph:
    nodes: [n0, n1, n2, n3, n4]
    rtt: 40 ms
    links:
      ${link('n0, n1', '')}
      ${link('n1, n2', middle)}
      ${link('n2, n3', '')}
      ${link('n3, n4', '')}
sessions:
  - { name: A, from: n0, to: n4, path: tunnelled, via: [n1, n3], tunnel: { ipsec: { ${tunnel} } }, app: { ${app} } }
${more}
run: { duration: ${duration} }
`;
}

interface Carried {
  readonly size: number;
  readonly protocol: number;
  readonly at: number;
  readonly payload: unknown;
}

/** What a link is given to carry. */
function carried(scenario: string, link: string): Carried[] {
  const { simulation } = buildText(scenario);
  const seen: Carried[] = [];
  simulation.links.find(({ name }) => name === link)!.tap = {
    onSend: ({ size, protocol, payload }) => seen.push({ size, protocol, payload, at: simulation.events.now }),
    onArrive: () => undefined,
    onDrop: () => undefined,
  };
  simulation.run(10 * SECOND);
  return seen;
}

/** Sizes of packets that are not of IKE. */
const sizes = (scenario: string, link: string) => [
  ...new Set(carried(scenario, link).flatMap(({ size, payload }) => (payload instanceof IkeMessage ? [] : [size]))),
];

/** What the run of a scenario says of the session and its tunnel. */
function measured(options: Text): (metric: string) => number {
  const reply = runText(text(options));
  return (metric) => metricOf(reply, 'A', metric);
}

describe('IPsec tunnels: sizes', () => {
  it('RFC 4303 section 2: given a packet of 1028 bytes, when a cipher protects it, then ESP is as large as its IV, blocks and ICV say', () => {
    // SPI and sequence number 8, IV, packet with padding and 2 bytes of trailer, ICV 16
    assert.equal(
      espBytes(espSuites['aes-gcm'], 1028),
      8 + 8 + 1032 + 16,
      'RFC 4106 section 8: IV of 8, ICV of 16, words of 4',
    );
    assert.equal(espBytes(espSuites['chacha20-poly1305'], 1028), 8 + 8 + 1032 + 16, 'RFC 7634 section 2');
    assert.equal(espBytes(espSuites['aes-cbc-sha256'], 1028), 8 + 16 + 1040 + 16, 'RFC 3602 section 2: blocks of 16');
    assert.equal(espBytes(espSuites['null-sha256'], 1028), 8 + 1032 + 16, 'RFC 2410 section 2.1: no IV');
  });

  it('given a limit, when the largest packet is asked for, then it fits, and one byte more does not', () => {
    for (const suite of Object.values(espSuites)) {
      for (let limit = 1400; limit < 1440; limit++) {
        const most = mostInEsp(suite, limit);
        assert.ok(espBytes(suite, most) <= limit && espBytes(suite, most + 1) > limit);
      }
    }
  });

  it('RFC 4303 section 3.1.2: given two gateways, when packets pass, then they are in ESP between them, and only there', () => {
    const scenario = text({});
    const found = ['n0>n1', 'n1>n2', 'n2>n3', 'n3>n4'].map((link) => sizes(scenario, link));
    assert.deepEqual(found, [[1028], [1084], [1084], [1028]]);
    assert.ok(carried(scenario, 'n1>n2').every(({ protocol, payload }) => protocol === Protocol.esp || payload instanceof IkeMessage)); // prettier-ignore
  });

  it('RFC 3948 section 2.1: given ESP in UDP, when packets pass, then each has 8 bytes more', () => {
    assert.deepEqual(sizes(text({ tunnel: 'encapsulation: always' }), 'n1>n2'), [1092]);
  });

  it('given a TCP session, when its MSS is clamped, then full segments fit, and without that they go in fragments', () => {
    const most = (tunnel: string) => Math.max(...sizes(text({ tunnel, app: 'bulk: { size: 200 kB }' }), 'n1>n2'));
    for (const cipher of Object.keys(espSuites)) {
      const size = most(`cipher: ${cipher}`);
      assert.ok(size <= 1500 && size > 1500 - 16, `${cipher}: ${size}`);
    }
    const found = sizes(text({ tunnel: 'mssClamp: false', app: 'bulk: { size: 200 kB }' }), 'n1>n2');
    assert.ok(found.includes(1500) && found.some((size) => size > 20 && size < 100), 'the rest of a fragmented packet');
    const dropped = measured({ tunnel: 'mssClamp: false, oversize: drop', app: 'cbr: { size: 1450 B }' });
    assert.equal(dropped('goodput'), 0);
  });
});

describe('IPsec tunnels: IKEv2', () => {
  it('RFC 7296 section 1.2: given no association, when a packet comes, then four messages set one up in two round trips, and it waits', () => {
    const metric = measured({});
    assert.deepEqual([metric('ikeMessages'), metric('ikeSetups'), metric('ikeFailures')], [4, 1, 0]);
    assert.ok(metric('ikeTime') > 0.04 && metric('ikeTime') < 0.042, 'twice 20 ms');
    assert.equal(metric('loss'), 0);
    const seen = carried(text({}), 'n1>n2');
    // 28 of IP and UDP; IKE header 28, SA 40, KE 40, nonce 36, two digests of 28
    assert.equal(seen[0]!.size, 28 + 28 + 40 + 40 + 36 + 2 * 28);
    // IKE header 28, SK 4 + 8 + 1 + 16; IDi 12, INITIAL_CONTACT 8, AUTH 40, SA 36, two selectors of 24
    assert.equal(seen[1]!.size, 28 + 28 + 29 + 12 + 8 + 40 + 36 + 2 * 24);
    assert.ok(seen[2]!.at > 46e6, 'no ESP before the second answer');
  });

  it('given held: 0, when packets come before the association is there, then they are dropped and counted', () => {
    const metric = measured({ tunnel: 'held: 0', app: 'cbr: { rate: 800 kbit/s, size: 1000 B }' });
    // every 10 ms for 41 ms
    assert.equal(metric('espRefused'), 5);
    assert.ok(metric('loss') > 0);
  });

  it('RFC 7296 section 2.1: given that messages of IKE are lost, when no answer comes, then the request is sent again, and the association comes about', () => {
    const lost = (during: string) =>
      measured({ middle: `impairments: [{ scripted: { drop: [{ during: [${during}] }] } }]` });
    const plain = measured({});
    // IKE_SA_INIT, then IKE_AUTH
    for (const during of ['0 s, 20 ms', '25 ms, 40 ms']) {
      const metric = lost(during);
      assert.ok(Math.abs(metric('ikeTime') - plain('ikeTime') - 0.5) < 1e-6, during);
      assert.deepEqual([metric('ikeMessages'), metric('ikeSetups'), metric('loss')], [5, 1, 0]);
    }
  });

  it('RFC 7296 section 2.1: given that an answer is lost, when the request comes again, then the same answer is sent again', () => {
    const { simulation } = buildText(text({}));
    let dropped = 0;
    const box = { onPacket: (p: Packet, from: Link | null) => {
      const isAnswer = from?.from.name === 'n3' && p.payload instanceof IkeMessage && p.payload.header.exchange === 35;
      return isAnswer && dropped++ === 0 ? Verdict.drop : Verdict.forward;
    } }; // prettier-ignore
    simulation.findNode('n2')!.addMiddlebox(box);
    const answers: unknown[] = [];
    simulation.links.find(({ name }) => name === 'n3>n2')!.tap = {
      onSend: ({ payload }) => payload instanceof IkeMessage && answers.push(payload),
      onArrive: () => undefined,
      onDrop: () => undefined,
    };
    simulation.run(10 * SECOND);
    assert.equal(dropped, 2);
    assert.equal(answers.length, 3);
    assert.equal(answers[1], answers[2], 'not a second association');
  });

  it('RFC 7296 section 2.4: given that nobody answers, when a request has been sent the number of times, then the packets that wait are dropped', () => {
    const metric = measured({ tunnel: 'tries: 3', middle: 'loss: 1', duration: '4 s' });
    assert.deepEqual([metric('ikeSetups'), metric('ikeFailures'), metric('ikeMessages')], [0, 1, 4]);
    // 500 + 1000 + 2000 ms at 10 packets a second; the next one begins anew
    assert.equal(metric('espRefused'), 35);
  });

  it('RFC 7296 section 2.8: given a time after which keys are replaced, when it passes, then no packet is lost, and the SPI is another', () => {
    const tunnel = 'rekey: 2 s';
    const metric = measured({ tunnel, app: 'cbr: { rate: 4 Mbit/s, size: 1000 B }' });
    assert.ok(metric('ikeRekeys') === 4);
    assert.deepEqual([metric('loss'), metric('espUnknown')], [0, 0]);
    const spis = carried(text({ tunnel }), 'n1>n2').flatMap(({ payload }) => payload instanceof EspPacket ? [payload.sa.spi] : []); // prettier-ignore
    assert.equal(new Set(spis).size, 5);
    const transfer = measured({ tunnel, app: 'bulk: {}' });
    assert.deepEqual([transfer('ikeRekeys'), transfer('espUnknown')], [4, 0], 'both directions');
  });

  it('RFC 7296 section 2.4: given that a gateway has lost its state, when it is silent, then the other asks, gives it up, and sets up anew', () => {
    const failing = (node: string) =>
      measured({
        tunnel: 'liveness: 1 s, tries: 3',
        app: 'bulk: {}',
        more: `failures: [{ node: ${node}, at: 2 s, for: 500 ms }]`,
        duration: '20 s',
      });
    for (const node of ['n1', 'n3']) {
      const metric = failing(node);
      assert.equal(metric('ikeSetups'), 2, node);
      assert.ok(metric('goodput') > 4e6, `${node}: ${metric('goodput')}`);
    }
    assert.ok(failing('n3')('espUnknown') > 0, 'RFC 4303 section 3.4.2');
  });
});

describe('IPsec tunnels: translators', () => {
  const more = 'middleboxes: { n2: { symmetric: { inside: [n1] } } }';

  it('RFC 7296 section 2.23: given a translator between the gateways, when they find it by its digests, then ESP goes in UDP, and passes', () => {
    const metric = measured({ more });
    assert.deepEqual([metric('ikeSetups'), metric('loss')], [1, 0]);
    assert.deepEqual(sizes(text({ more }), 'n1>n2'), [1092]);
    assert.equal(measured({ more, app: 'bulk: { size: 1 MB }' })('espUnknown'), 0, 'back through the translator');
  });

  it('RFC 3715 section 2.1: given that ESP has no UDP around it, when it comes to a translator, then it does not pass', () => {
    const metric = measured({ more, tunnel: 'encapsulation: never' });
    assert.deepEqual([metric('ikeSetups'), metric('espPackets')], [1, 0]);
  });

  it('RFC 3948 section 4: given a silent tunnel, when its time has passed, then one byte keeps the translator open', () => {
    const app = 'cbr: { rate: 80 kbit/s, size: 1000 B }';
    const seen = carried(text({ more, app: app.replace('80 kbit/s', '2 kbit/s'), tunnel: 'keepalive: 1 s' }), 'n1>n2');
    const keepalives = seen.filter(({ size }) => size === 29).map(({ at }) => at);
    assert.ok(keepalives.length >= 4 && keepalives[1]! - keepalives[0]! === 1e9, `${keepalives.join()}`);
    assert.equal(carried(text({ app, tunnel: 'keepalive: 1 s' }), 'n1>n2').filter(({ size }) => size === 29).length, 0);
  });
});

describe('IPsec tunnels: what is not as it was sent', () => {
  it('RFC 4303 section 3.4.3: given packets that come twice, when the receiver has a window, then the second of each is dropped', () => {
    const middle = 'impairments: [{ duplication: { share: 0.2 } }]';
    const metric = measured({ middle });
    assert.ok(metric('espReplayed') > 10);
    assert.equal(metric('duplicates'), 0);
    const without = measured({ middle, tunnel: 'replayWindow: 0' });
    assert.equal(without('espReplayed'), 0);
    assert.ok(without('duplicates') > 10);
  });

  it('RFC 4303 section 3.4.3: given packets that others have overtaken, when that was by more than the window, then they are dropped', () => {
    const middle = 'impairments: [{ reordering: { share: 0.05, by: 40 packets } }]';
    const app = 'cbr: { rate: 2 Mbit/s, size: 250 B }';
    const loss = (replayWindow: number) => measured({ middle, app, tunnel: `replayWindow: ${replayWindow}` });
    assert.ok(loss(32)('espReplayed') > 50);
    assert.ok(loss(32)('loss') > 0.02);
    assert.equal(loss(64)('espReplayed'), 0);
    assert.equal(loss(64)('loss') < 0.01, true);
  });

  it('RFC 4303 section 3.4.4: given packets that were changed on the way, when the gateway computes their check values, then they are dropped and counted', () => {
    const middle = 'impairments: [{ corruption: { share: 0.1 } }]';
    for (const cipher of Object.keys(espSuites)) {
      for (const encapsulation of ['never', 'always']) {
        const metric = measured({ middle, tunnel: `cipher: ${cipher}, encapsulation: ${encapsulation}` });
        const forged = metric('espForged');
        assert.ok(forged > 3, `${cipher}: ${forged}`);
        // IKE has a checksum, and is sent again
        assert.equal(metric('espPackets') + forged, metric('datagramsSent') - 1, 'one is on its way at the end');
      }
    }
  });

  it('given a fragment that was changed, when its packet is whole, then it is dropped', () => {
    const middle = 'impairments: [{ corruption: { share: 0.1 } }]';
    const metric = measured({ middle, tunnel: 'mtu: 600' });
    const whole = measured({ middle });
    assert.ok(metric('espForged') > whole('espForged'));
    assert.ok(metric('espPackets') > 0);
  });

  it('RFC 4303 section 3.4.4: given somebody between the gateways who has no key, when it puts in packets or other bytes, then they are dropped', () => {
    const { simulation, sessions } = buildText(text({}));
    let nth = 0;
    const box: Middlebox = {
      onPacket(p) {
        const { payload } = p;
        if (!(payload instanceof EspPacket)) return Verdict.forward;
        nth++;
        const bytes = payload.encode().slice();
        if (nth % 3 === 1) {
          // one bit of the packet inside
          bytes[100]! ^= 1;
          p.payload = new Bytes(bytes);
        } else if (nth % 3 === 2) {
          // its own packet under the SPI of the association
          const sa = { ...payload.sa, key: new Uint8Array(20).fill(7) };
          p.payload = new EspPacket(
            payload.packet,
            sa,
            payload.number + 1000,
            0,
            1,
            () => new Uint8Array(payload.size),
          );
        }
        return Verdict.forward;
      },
    };
    simulation.findNode('n2')!.addMiddlebox(box);
    simulation.run(10 * SECOND);
    const of = (metric: string) => sessions[0]!.findings.flatMap((find) => find()).find((row) => row.metric === metric)!.value; // prettier-ignore
    assert.equal(of('espForged'), Math.ceil((2 * nth) / 3));
    assert.equal(of('espPackets'), nth - of('espForged'));
  });

  it('RFC 7296 section 2.15: given a gateway that does not know the secret, when it answers, then no association comes about', () => {
    const network = chain();
    const secrets = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
    assert.equal(network(secrets[0], secrets[0]).setups, 1);
    assert.equal(network(secrets[0], secrets[1]).setups, 0);
  });
});

/** Two gateways with these secrets, and one packet. */
function chain(): (ofInitiator: Uint8Array, ofResponder: Uint8Array) => IpsecCounts {
  return (ofInitiator, ofResponder) => {
    const { simulation } = buildText(text({ app: 'cbr: { rate: 1 kbit/s }' }));
    const [a, b] = [simulation.findNode('n1')!, simulation.findNode('n3')!];
    const counts = new IpsecCounts();
    const params = z.object(ipsecParams).parse({});
    const gateway = new Gateway(a, 77, ofInitiator, params, counts);
    new Gateway(b, 77, ofResponder, params, counts);
    new Initiator(gateway, b.address);
    const p = simulation.pool.take();
    Object.assign(p, { src: a.address, dst: simulation.findNode('n4')!.address, size: 100, protocol: Protocol.udp });
    gateway.carry(p);
    simulation.run(10 * SECOND);
    return counts;
  };
}

describe('IPsec tunnels: the window of RFC 4303 section 3.4.3', () => {
  it('given numbers in any order, when each is noted, then none is admitted twice, and none that the window has left', () => {
    const window = new ReplayWindow(32);
    const admit = (number: number) => {
      const admitted = window.admits(number);
      if (admitted) window.note(number);
      return admitted;
    };
    assert.deepEqual([1, 2, 2, 5, 3, 3, 4, 5].map(admit), [true, true, false, true, true, false, true, false]);
    assert.deepEqual([40, 9, 8, 9, 40, 41, 10].map(admit), [true, true, false, false, false, true, true]);
    assert.deepEqual([1000, 41, 969, 968, 1000].map(admit), [true, false, true, false, false]);
  });
});
