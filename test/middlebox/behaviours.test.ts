import assert from 'node:assert/strict';
import { NatLab } from '../support/nat-lab';

const BEHAVIOURS = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;
type Behaviour = (typeof BEHAVIOURS)[number];

/** RFC 4787 section 4.1: which of a host's later packets have the public port of the first, by where they go. */
const SAME_MAPPING: Readonly<Record<Behaviour, readonly [anotherPort: boolean, anotherAddress: boolean]>> = {
  'endpoint-independent': [true, true],
  'address-dependent': [true, false],
  'address-and-port-dependent': [false, false],
};

/** RFC 4787 section 5: who may send to a mapping made towards s:80. */
const LETS_IN: Readonly<Record<Behaviour, readonly [same: boolean, anotherPort: boolean, anotherAddress: boolean]>> = {
  'endpoint-independent': [true, true, true],
  'address-dependent': [true, true, false],
  'address-and-port-dependent': [true, false, false],
};

describe('RFC 4787: every combination of mapping and filtering', () => {
  for (const mapping of BEHAVIOURS) {
    for (const filtering of BEHAVIOURS) {
      const lab = () => new NatLab('nat', { mapping, filtering, ports: 'sequential' });

      it(`maps ${mapping}, filters ${filtering} (sections 4.1 and 5)`, () => {
        const one = lab();
        const first = one.publicEnd('a', 5000, one.at('s', 80));
        const again = one.publicEnd('a', 5000, one.at('s', 80));
        const anotherPort = one.publicEnd('a', 5000, one.at('s', 81));
        const anotherAddress = one.publicEnd('a', 5000, one.at('t', 80));
        assert.deepEqual(again, first);
        assert.deepEqual([anotherPort.port === first.port, anotherAddress.port === first.port], SAME_MAPPING[mapping]);
        assert.notDeepEqual(one.publicEnd('a', 5001, one.at('s', 80)), first, 'another inside port has its own');
        assert.notDeepEqual(one.publicEnd('b', 5000, one.at('s', 80)), first, 'another host has its own');

        const two = lab();
        const end = two.publicEnd('a', 5000, two.at('s', 80));
        const reached = (['s', 's', 't'] as const).map((from, i) => {
          const arrival = two.send(from, i === 1 ? 81 : 80, end);
          if (arrival === undefined) return false;
          assert.deepEqual([arrival.node, arrival.dst, arrival.dstPort], ['a', two.node('a').address, 5000]);
          assert.equal(arrival.src, two.node(from).address, 'the source of an inbound packet stays');
          return true;
        });
        assert.deepEqual(reached, LETS_IN[filtering]);
      });
    }
  }

  const PRESETS = {
    'full-cone': ['endpoint-independent', 'endpoint-independent'],
    'restricted-cone': ['endpoint-independent', 'address-dependent'],
    'port-restricted-cone': ['endpoint-independent', 'address-and-port-dependent'],
    symmetric: ['address-and-port-dependent', 'address-and-port-dependent'],
  } as const;

  for (const [preset, [mapping, filtering]] of Object.entries(PRESETS)) {
    it(`RFC 3489 section 5: ${preset} is mapping ${mapping}, filtering ${filtering}`, () => {
      const lab = new NatLab(preset as keyof typeof PRESETS, { ports: 'sequential' });
      const first = lab.publicEnd('a', 5000, lab.at('s', 80));
      const reached = [lab.send('s', 80, first), lab.send('s', 81, first), lab.send('t', 80, first)];
      assert.deepEqual(
        reached.map((arrival) => arrival !== undefined),
        LETS_IN[filtering],
      );
      const other = lab.publicEnd('a', 5000, lab.at('t', 80));
      assert.equal(other.port === first.port, SAME_MAPPING[mapping][1]);
    });
  }

  it('lets nothing in to a port without mapping, nor to the private address itself', () => {
    const lab = new NatLab('full-cone');
    const end = lab.publicEnd('a', 5000, lab.at('s', 80));
    assert.equal(lab.send('s', 80, { ...end, port: 6000 }), undefined);
    assert.equal(lab.send('s', 80, lab.at('a', 5000)), undefined);
    assert.equal(lab.metric('refused'), 2);
  });

  it('leaves packets between hosts inside, and those of the node itself, as they are', () => {
    const lab = new NatLab('symmetric');
    assert.equal(lab.send('a', 1, lab.at('b', 2))!.src, lab.node('a').address);
    assert.equal(lab.send('gw', 1, lab.at('s', 2))!.src, lab.gw.address);
    assert.equal(lab.send('s', 2, lab.at('gw', 1))!.node, 'gw');
    assert.equal(lab.metric('mappings'), 0);
  });

  it('keeps the accounting identity of a flow in both directions', () => {
    const lab = new NatLab('symmetric');
    assert.equal(lab.send('a', 5000, lab.at('s', 80), { flow: 77 })!.flow, 77);
  });
});
