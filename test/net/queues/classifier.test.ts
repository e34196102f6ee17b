import assert from 'node:assert/strict';
import { ClassClassifier } from '../../../sim/net/queues/classes';
import { classifierOf, type FlowIdentity } from '../../../sim/net/queues/classifier';
import { Packet, Protocol } from '../../../sim/core/packet';
import { TestHost } from './support';

function packet(fields: Partial<Packet>): Packet {
  return Object.assign(new Packet(), { src: 1, dst: 2, srcPort: 10, dstPort: 80, flow: 5, size: 100 }, fields);
}

const exact = (flowBy: FlowIdentity) => classifierOf({ flowBy, buckets: 0 }, new TestHost());

describe('flow classification', () => {
  const cases: readonly [FlowIdentity, readonly Partial<Packet>[], readonly Partial<Packet>[]][] = [
    [
      'five-tuple',
      [{ flow: 6 }],
      [{ src: 3 }, { dst: 3 }, { srcPort: 11 }, { dstPort: 81 }, { protocol: Protocol.udp }],
    ],
    ['session', [{ src: 3, dst: 4, srcPort: 1 }], [{ flow: 6 }]],
    ['source-host', [{ dst: 3, srcPort: 11, flow: 6 }], [{ src: 3 }]],
    ['destination-host', [{ src: 3, srcPort: 11, flow: 6 }], [{ dst: 3 }]],
  ];
  for (const [identity, same, different] of cases) {
    it(`by ${identity}`, () => {
      const classifier = exact(identity);
      const flow = classifier.classify(packet({}));
      for (const fields of same) assert.equal(classifier.classify(packet(fields)), flow);
      const others = different.map((fields) => classifier.classify(packet(fields)));
      assert.equal(new Set([flow, ...others]).size, others.length + 1);
    });
  }

  it('without buckets gives every flow its own number, in order of appearance', () => {
    const classifier = exact('five-tuple');
    for (let again = 0; again < 2; again++) {
      for (let i = 0; i < 5000; i++) {
        assert.equal(classifier.classify(packet({ src: i % 50, srcPort: Math.floor(i / 50) })), i);
      }
    }
  });

  it('with buckets spreads flows evenly: chi-square of 64 buckets below its 99.9 % point', () => {
    const classifier = classifierOf({ flowBy: 'five-tuple', buckets: 64 }, new TestHost());
    const count = new Array<number>(64).fill(0);
    for (let i = 0; i < 6400; i++)
      count[classifier.classify(packet({ src: i % 20, srcPort: 1024 + Math.floor(i / 20) }))]!++;
    const chiSquare = count.reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0);
    assert.ok(chiSquare < 103.4, `${chiSquare}`);
  });
});

describe('traffic classes', () => {
  it('take the first rule whose every condition holds, and the last otherwise', () => {
    const classifier = new ClassClassifier([
      { protocol: 'udp', ports: [5060], weight: 1 },
      { maxSize: 64, weight: 1 },
      { sessions: [7], weight: 4 },
      { weight: 2 },
    ]);
    assert.equal(classifier.classify(packet({ protocol: Protocol.udp, dstPort: 5060 })), 0);
    assert.equal(classifier.classify(packet({ protocol: Protocol.tcp, dstPort: 5060 })), 3);
    assert.equal(classifier.classify(packet({ size: 64 })), 1);
    assert.equal(classifier.classify(packet({ flow: 7 })), 2);
    assert.equal(classifier.weight(2), 4);
  });
});
