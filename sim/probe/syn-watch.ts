import type { Nanos } from '../core/event-queue';
import { type Address, Flag, type Packet, Protocol } from '../core/packet';
import type { Link } from '../net/link';
import { type Middlebox, type Node, Verdict } from '../net/node';
import { type Finding, NOTHING } from './finding';

/** What an end sent or saw when a connection was opened. */
export interface SeenSyn {
  readonly src: Address;
  readonly srcPort: number;
  readonly dst: Address;
  readonly dstPort: number;
  readonly at: Nanos;
}

/** Notes the first SYN of a session that an end sends, or that is for it. */
export class SynWatch implements Middlebox {
  first: SeenSyn | null = null;

  constructor(
    private readonly node: Node,
    private readonly flow: number,
  ) {
    node.addMiddlebox(this);
  }

  onPacket(p: Packet, from: Link | null): Verdict {
    if (this.first !== null || p.protocol !== Protocol.tcp || p.flow !== this.flow) return Verdict.forward;
    if ((p.flags & (Flag.syn | Flag.ack)) !== Flag.syn) return Verdict.forward;
    if (from !== null && p.dst !== this.node.address) return Verdict.forward;
    const { src, srcPort, dst, dstPort } = p;
    this.first = { src, srcPort, dst, dstPort, at: this.node.simulation.events.now };
    return Verdict.forward;
  }
}

/**
 * What two ends learn when they compare what one sent and the other saw: who changed addresses; or, by clocks that agree, that
 * the one's connection was there before anybody called the other. `textOf` is how addresses are written.
 */
export function compareNotes(
  sent: SeenSyn,
  seen: SeenSyn,
  establishedAt: Nanos,
  textOf: (address: Address) => string,
): Finding {
  const exposed = (...names: string[]): Finding => ({ isExposed: true, place: 0, names });
  if (seen.src !== sent.src || seen.srcPort !== sent.srcPort) return exposed(textOf(seen.src));
  if (seen.dst !== sent.dst || seen.dstPort !== sent.dstPort) return exposed(textOf(sent.dst));
  return seen.at >= establishedAt ? exposed() : NOTHING;
}
