import { type Nanos, Timer } from '../core/event-queue';
import { Flag, type Packet, Protocol } from '../core/packet';
import { errorAbout, icmpError, type IcmpError, Unreachable } from '../net/icmp';
import type { Node } from '../net/node';
import type { MiddleboxHost } from './middlebox';
import type { SessionParams } from './params';

/** How long a SYN from inside is waited for (RFC 5382 REQ-4). */
const PATIENCE: Nanos = 6e9;

interface Waiting {
  readonly error: IcmpError;
  readonly flow: number;
  readonly at: Nanos;
  readonly isStillUnwanted: () => boolean;
}

/** What becomes of a packet from outside that no session lets in: nothing, but a SYN may be answered. */
export class Unsolicited {
  private waiting: Waiting[] = [];
  private readonly timer: Timer;

  constructor(
    private readonly host: MiddleboxHost,
    private readonly mode: SessionParams['unsolicitedSyn'],
  ) {
    this.timer = new Timer(host.events, () => this.answer());
  }

  /** `isStillUnwanted` tells, later, whether no SYN from inside has come for the same connection. */
  refuse(p: Packet, isStillUnwanted: () => boolean): void {
    if (this.mode === 'drop' || p.protocol !== Protocol.tcp) return;
    if ((p.flags & (Flag.syn | Flag.ack | Flag.rst)) !== Flag.syn) return;
    const { node, events } = this.host;
    if (this.mode === 'reset') {
      node.forward(resetOf(node, p));
      return;
    }
    const error = errorAbout(p, Unreachable.port);
    this.waiting.push({ error, flow: p.flow, at: events.now + PATIENCE, isStillUnwanted });
    if (!this.timer.isArmed) this.timer.arm(events.now + PATIENCE);
  }

  private answer(): void {
    const { node, events } = this.host;
    const due = this.waiting.filter(({ at }) => at <= events.now);
    this.waiting = this.waiting.filter(({ at }) => at > events.now);
    for (const { error, flow, isStillUnwanted } of due) {
      if (isStillUnwanted() && node.up) node.forward(icmpError(node, error, flow));
    }
    const next = this.waiting[0];
    if (next !== undefined) this.timer.arm(next.at);
  }
}

/** A RST in answer to the SYN `p`, as if its destination had sent it (RFC 9293 section 3.10.7.1). */
export function resetOf(node: Node, p: Packet): Packet {
  const r = node.simulation.pool.take();
  r.protocol = Protocol.tcp;
  r.src = p.dst;
  r.srcPort = p.dstPort;
  r.dst = p.src;
  r.dstPort = p.srcPort;
  r.flow = p.flow;
  r.size = 40;
  r.length = r.window = r.seq = 0;
  r.flags = Flag.rst | Flag.ack;
  r.ack = p.seq + 1;
  return r;
}
