import { Ecn, Flag, NO_OPTION, type Packet } from '../core/packet';
import { setSize } from '../tcp/segment';
import type { TcpConnection } from '../tcp/connection';
import { observe, wrap } from './observed';
import type { EcnMark, TcpOption, TcpSegment } from './script';
import { Traffic } from './traffic';

/**
 * One connection as the script sees it. The script's sequence numbers and timestamps begin where it says; those of the
 * simulation are offsets from the initial ones, so each direction has an offset, learnt from the SYNs.
 */
export class Flow {
  /** Initial sequence numbers in the script: of the host under test, and of the script itself. */
  private local = 0;
  private remote = 0;
  readonly traffic = new Traffic();
  private timestamp: number | null = null;
  /** Script timestamp of the host to the simulated one. */
  private readonly timestamps = new Map<number, number>();

  constructor(
    readonly localPort: number,
    readonly remotePort: number,
    /** The host sent the first SYN. */
    readonly active: boolean,
    public connection: TcpConnection | null,
  ) {}

  /** The script sends `segment`: learns from a SYN. */
  onInbound(segment: TcpSegment): void {
    if (segment.flags & Flag.syn) this.remote = segment.seq;
  }

  /** The script expects `segment` next: learns from a SYN. */
  onExpected(segment: TcpSegment): void {
    if (segment.flags & Flag.syn) this.local = segment.seq;
  }

  /** A sequence number of the host under test as an offset from its initial one. */
  toLocal(seq: number): number {
    return offset(seq, this.local);
  }

  /** A packet of the host in the terms of the script. */
  observe(p: Packet): TcpSegment {
    return observe(p, { local: this.local, remote: this.remote, timestamp: this.timestamp ?? 0 });
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
    p.seq = offset(segment.seq, this.remote);
    p.length = segment.length;
    p.ack = segment.flags & Flag.ack ? offset(segment.ack ?? 0, this.local) : 0;
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
      case 'sack': {
        const room = p.sackRoom();
        p.sackCount = Math.min(option.edges.length / 2, 4);
        for (let i = 0; i < 2 * p.sackCount; i++) room[i] = offset(option.edges[i]!, this.local);
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

/** Difference of sequence numbers: within half the number space either way (RFC 9293 section 3.4). */
function offset(n: number, initial: number): number {
  const forward = wrap(n - initial);
  return forward >= 2 ** 31 ? forward - 2 ** 32 : forward;
}
