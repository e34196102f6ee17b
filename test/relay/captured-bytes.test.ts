import assert from 'node:assert/strict';
import { type Packet, Protocol, type WireContent } from '../../sim/core/packet';
import type { LiveRun } from '../../sim/run/live-run';
import { reportOf } from '../support/messaging';

/** What captures at these links show of the TCP streams that pass there, as bytes in order, the longest of each link. */
function streamsOn(links: readonly string[], session: string): Buffer[] {
  const byLink = links.map(() => new Map<string, Map<number, Uint8Array>>());
  const prepare = ({ simulation }: LiveRun) => {
    for (const [i, name] of links.entries()) {
      const link = simulation.links.find((one) => one.name === name)!;
      const note = (p: Packet) => {
        if (p.protocol !== Protocol.tcp || p.length === 0) return;
        const key = `${p.src}:${p.srcPort}>${p.dst}:${p.dstPort}`;
        const segments = byLink[i]!.get(key) ?? new Map<number, Uint8Array>();
        byLink[i]!.set(key, segments);
        segments.set(p.seq, (p.payload as WireContent).encode(p));
      };
      link.tap = { onSend: note, onArrive: () => undefined, onDrop: () => undefined };
    }
  };
  // nobody else has messages of more than a segment
  reportOf({ session, app: 'size: 9000 B, chunk: 0 B' }, { prepare });
  return byLink.map((streams) => {
    const all = [...streams.values()].map((segments) =>
      Buffer.concat([...segments].sort(([a], [b]) => a - b).map(([, bytes]) => bytes)),
    );
    return all.reduce((most, one) => (one.length > most.length ? one : most));
  });
}

const RELAYS = {
  'passes on bytes': '',
  'passes on bytes at a rate': 'serviceRate: 20 Mbit/s',
  'cuts through': 'forward: cut-through, serviceRate: 20 Mbit/s',
  'stores messages': 'forward: store-and-forward',
};
const SECURITY = { 'in the clear': '', 'in TLS from end to end': "security: { tls: '1.3' }" };

describe('what captures show behind a relay, of messages larger than a segment', () => {
  for (const [what, relay] of Object.entries(RELAYS)) {
    for (const [how, security] of Object.entries(SECURITY)) {
      it(`given a relay that ${what}, when messages go ${how}, then both legs have the same bytes`, () => {
        const session = ['path: relayed, via: [middle]', `relay: { ${relay} }`, security].filter((s) => s !== '').join(', '); // prettier-ignore
        const [before, behind] = streamsOn(['alice>left', 'middle>right'], session);
        assert.ok(before!.length > 10 * 9000);
        assert.ok(before!.equals(behind!));
      });
    }
  }

  it('given a circuit between two aggregators, when it carries them, then its frames have them, and so has the leg behind', () => {
    const [before, circuit, behind] = streamsOn(['alice>left', 'left>middle', 'right>bob'], 'path: aggregated, via: [left, right]'); // prettier-ignore
    assert.ok(before!.length > 10 * 9000);
    assert.ok(before!.equals(behind!));
    assert.ok(circuit!.includes(before!.subarray(1000, 1200)));
  });
});
