import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import { type Address, Flag, type Packet, Protocol } from '../core/packet';
import type { Link } from '../net/link';
import { Echo, echoRequest, errorIn, TIME_EXCEEDED } from '../net/icmp';
import { type Middlebox, type Node, Verdict } from '../net/node';
import { setSize } from '../tcp/segment';

/** Probes go from here on, as those of traceroute: no stack assigns these ports, and nobody listens there. */
const FIRST_PORT = 33434;
const LAST_PORT = 49151;

/** For `Simulation.single`: tracers share the ports, so that each knows its answers. */
function firstPort(): { next: number } {
  return { next: FIRST_PORT };
}

/** What came back: `expired` from a node on the way, `reached` or `refused` in the name of the destination, or nothing. */
export interface Answer {
  readonly kind: 'expired' | 'reached' | 'refused' | 'silence';
  /** -1: nobody. */
  readonly from: Address;
  /** Until the answer came, or nobody waited any more. */
  readonly after: Nanos;
}

/** Where a probe goes; without a port it is an echo request, with one a SYN. */
export interface Destination {
  readonly address: Address;
  readonly port?: number;
}

/**
 * Sends single packets with few hops from a host, and sees what comes back, as traceroute and tracebox do with raw sockets:
 * what its stacks have open knows nothing of it. One probe is under way at a time.
 */
export class Tracer implements Middlebox {
  /** Packets sent, retries included. */
  sent = 0;
  private readonly events: EventQueue;
  private readonly timer: Timer;
  private readonly ports: { next: number };
  /** Of the probe that is under way, and of all. */
  private port = 0;
  private readonly used = new Set<number>();
  private sentAt: Nanos = 0;
  private waiting: ((answer: Answer) => void) | null = null;

  constructor(
    private readonly node: Node,
    /** Accounting identity of the probes: what is done to packets of a session is done to them. */
    private readonly flow: number,
    /** How long an answer is waited for. */
    private readonly patience: Nanos,
  ) {
    this.events = node.simulation.events;
    this.ports = node.simulation.single(firstPort);
    this.timer = new Timer(this.events, () => this.answer('silence', -1));
    node.addMiddlebox(this);
  }

  /** A probe that may make so many hops. */
  probe(to: Destination, hops: number, done: (answer: Answer) => void): void {
    const { ports } = this;
    this.port = ports.next;
    ports.next = ports.next === LAST_PORT ? FIRST_PORT : ports.next + 1;
    this.used.add(this.port);
    this.sent++;
    const { node, port, flow } = this;
    const p = to.port === undefined ? echoRequest(node, to.address, port, 1, flow) : this.syn(to.address, to.port);
    p.ttl = hops;
    this.sentAt = this.events.now;
    this.waiting = done;
    this.timer.arm(this.sentAt + this.patience);
    node.send(p);
  }

  onPacket(p: Packet, from: Link | null): Verdict {
    if (from === null || p.dst !== this.node.address) return Verdict.forward;
    const error = errorIn(p);
    const port = error === null ? p.dstPort : error.srcPort;
    if (!this.used.has(port)) return Verdict.forward;
    const { src } = p;
    let kind: Answer['kind'];
    if (error !== null) kind = error.type === TIME_EXCEEDED ? 'expired' : 'refused';
    else if (p.payload === Echo.reply) kind = 'reached';
    else if (p.protocol === Protocol.tcp) kind = p.flags & Flag.syn ? 'reached' : 'refused';
    else return Verdict.forward;
    // a stack that knows of no connection would do the same (RFC 9293 section 3.5.2)
    const reset = kind === 'reached' && p.protocol === Protocol.tcp ? this.resetTo(p) : null;
    this.node.simulation.pool.give(p);
    if (reset !== null) this.node.send(reset);
    if (port === this.port) this.answer(kind, src);
    return Verdict.consumed;
  }

  private answer(kind: Answer['kind'], from: Address): void {
    const { waiting } = this;
    if (waiting === null) return;
    this.waiting = null;
    this.timer.disarm();
    waiting({ kind, from, after: this.events.now - this.sentAt });
  }

  private syn(to: Address, port: number): Packet {
    const s = this.segment(to, port, this.port);
    s.flags = Flag.syn;
    s.window = 65535;
    s.mss = 1460;
    setSize(s);
    return s;
  }

  private resetTo({ src, srcPort, dstPort, ack }: Packet): Packet {
    const r = this.segment(src, srcPort, dstPort);
    r.flags = Flag.rst;
    r.seq = ack;
    setSize(r);
    return r;
  }

  private segment(to: Address, port: number, from: number): Packet {
    const { node, flow } = this;
    const s = node.simulation.pool.take();
    s.protocol = Protocol.tcp;
    s.src = node.address;
    s.srcPort = from;
    s.dst = to;
    s.dstPort = port;
    s.flow = flow;
    s.length = s.seq = s.ack = s.window = 0;
    return s;
  }
}
