import { Ecn, Flag, NO_OPTION, type Packet } from '../core/packet';
import { setSize } from '../tcp/segment';
import type { TcpConnection } from '../tcp/connection';
import { observe, wrap } from './observed';
import type { EcnMark, TcpOption, TcpSegment } from './script';
import { type Cookies, isFastOpen } from './fast-open';
import { Traffic } from './traffic';

/**
 * One connection as the script sees it. As in the tool, sequence numbers of segments with SYN are those that the script
 * chose, and every other one counts from the initial one, as in the simulation. Timestamps have an offset.
 */
export class Flow {
  /** Initial sequence numbers in the script: of the host under test, and of the script itself. */
  private local = 0;
  private remote = 0;
  readonly traffic = new Traffic();
  private timestamp: number | null = null;
  /** The Fast Open option that the script's SYN had: FO or FOEXP. */
  private cookieOption = 'FO';
  /** Script timestamp of the host to the simulated one. */
  private readonly timestamps = new Map<number, number>();

  constructor(
    readonly localPort: number,
    readonly remotePort: number,
    /** The host sent the first SYN. */
    readonly active: boolean,
    public connection: TcpConnection | null,
    private readonly cookies: Cookies,
    /** The cookie that the host gives as a server. */
    private readonly ownCookie: number | null,
  ) {}

  /** The script sends `segment`: learns from a SYN. */
  onInbound(segment: TcpSegment): void {
    if (segment.flags & Flag.syn) this.remote = segment.seq;
  }

  /** The script expects `segment` next: learns from a SYN. */
  onExpected(segment: TcpSegment): void {
    if ((segment.flags & Flag.syn) === 0) return;
    this.local = segment.seq;
    for (const option of segment.options ?? []) {
      if (isFastOpen(option)) this.cookies.number(option.text, this.ownCookie);
    }
  }

  /** A packet of the host in the terms of the script. */
  observe(p: Packet): TcpSegment {
    const isSyn = (p.flags & Flag.syn) !== 0;
    const initial = { local: isSyn ? this.local : 0, remote: isSyn ? this.remote : 0 };
    return observe(p, { ...initial, timestamp: this.timestamp ?? 0 }, (cookie) => ({
      kind: 'other',
      name: this.cookieOption,
      text: this.cookies.text(cookie),
    }));
  }

  /** An expected and an actual timestamp are the same moment; the first pair fixes the offset. */
  matchTimestamps(expected: TcpSegment, p: Packet): void {
    const option = expected.options?.find(({ kind }) => kind === 'TS');
    if (option?.kind !== 'TS' || p.tsVal === NO_OPTION) return;
    this.timestamps.set(option.val, p.tsVal);
    this.timestamp ??= option.val - p.tsVal;
  }

  /** Writes what the script sends into `p`. */
  fill(p: Packet, segment: TcpSegment): void {
    p.flags = segment.flags;
    const isSyn = (segment.flags & Flag.syn) !== 0;
    p.seq = offset(segment.seq, isSyn ? this.remote : 0);
    p.length = segment.length;
    p.ack = segment.flags & Flag.ack ? offset(segment.ack ?? 0, isSyn ? this.local : 0) : 0;
    p.window = segment.window ?? 0;
    p.ecn = CODEPOINTS[segment.ecn];
    p.sackCount = 0;
    for (const option of segment.options ?? []) this.fillOption(p, option);
    setSize(p);
  }

  private fillOption(p: Packet, option: TcpOption): void {
    switch (option.kind) {
      case 'mss':
        p.mss = option.value;
        break;
      case 'wscale':
        // RFC 7323 section 2.3: more than 14 counts as 14
        p.windowScale = Math.min(option.value, 14);
        break;
      case 'sackOK':
        p.sackPermitted = true;
        break;
      case 'TS':
        p.tsVal = option.val;
        p.tsEcr = this.timestamps.get(option.ecr) ?? option.ecr - (this.timestamp ?? 0);
        break;
      case 'other':
        if (!isFastOpen(option)) break;
        this.cookieOption = option.name;
        p.cookie = this.cookies.number(option.text, this.active ? null : this.ownCookie);
        break;
      case 'sack': {
        const room = p.sackRoom();
        p.sackCount = Math.min(option.edges.length / 2, 4);
        for (let i = 0; i < 2 * p.sackCount; i++) room[i] = offset(option.edges[i]!, 0);
      }
    }
  }
}

const CODEPOINTS: Readonly<Record<EcnMark, number>> = {
  any: Ecn.notEct,
  noecn: Ecn.notEct,
  ect0: Ecn.ect0,
  ect1: Ecn.ect1,
  ect01: Ecn.ect0,
  ce: Ecn.ce,
};

/** A sequence number less `initial`: within half the number space either way (RFC 9293 section 3.4). */
export function offset(n: number, initial: number): number {
  const forward = wrap(n - initial);
  return forward >= 2 ** 31 ? forward - 2 ** 32 : forward;
}
