import type { Nanos } from '../core/event-queue';
import { type Address, Flag, Protocol } from '../core/packet';
import type { SessionParams } from './params';

/** Bits of what was seen of a TCP connection, by direction. */
const Seen = { synOut: 1, synIn: 2, finOut: 4, finIn: 8, reset: 16 } as const;
const ESTABLISHED = Seen.synOut | Seen.synIn;
const CLOSED = Seen.finOut | Seen.finIn;

/** What a mapping knows of one remote end. */
export class Session {
  /** It ends then, unless it is refreshed before. */
  deadline: Nanos = 0;
  private seen = 0;

  constructor(
    readonly remoteAddress: Address,
    readonly remotePort: number,
  ) {}

  get isEstablished(): boolean {
    return (this.seen & ESTABLISHED) === ESTABLISHED && (this.seen & CLOSED) !== CLOSED && !(this.seen & Seen.reset);
  }

  /** Whether a packet was seen from inside. */
  get hasSynFromInside(): boolean {
    return (this.seen & Seen.synOut) !== 0;
  }

  /** Follows a TCP connection (RFC 7857 section 2). */
  track(flags: number, outbound: boolean): void {
    if (flags & Flag.syn) {
      // a new connection between the same ends
      if ((this.seen & CLOSED) === CLOSED || this.seen & Seen.reset) this.seen = 0;
      this.seen |= outbound ? Seen.synOut : Seen.synIn;
    }
    if (flags & Flag.fin) this.seen |= outbound ? Seen.finOut : Seen.finIn;
    if (flags & Flag.rst) this.seen |= Seen.reset;
    // a packet after a RST: it was forged, or not accepted (RFC 7857 section 2.2)
    else this.seen &= ~Seen.reset;
  }
}

/** How long sessions live. */
export class Lifetimes {
  private readonly refreshes: Readonly<Record<'outbound' | 'inbound', boolean>>;

  constructor(private readonly params: SessionParams) {
    this.refreshes = { outbound: params.refresh !== 'inbound', inbound: params.refresh !== 'outbound' };
  }

  of(protocol: number, session: Session): Nanos {
    const { params } = this;
    if (protocol === Protocol.icmp) return params.icmpTimeout;
    if (protocol !== Protocol.tcp) return params.udpTimeout;
    return session.isEstablished ? params.tcpEstablishedTimeout : params.tcpTransitoryTimeout;
  }

  /** Whether a packet in this direction keeps its session alive. */
  isRefreshedBy(protocol: number, outbound: boolean): boolean {
    return protocol === Protocol.tcp || this.refreshes[outbound ? 'outbound' : 'inbound'];
  }
}
