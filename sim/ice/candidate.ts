import type { StunAddress } from '../stun/attributes';
import type { TransportAddress } from '../stun/packet';

/** Type preferences (RFC 8445 section 5.1.2.2). */
const PREFERENCE = { host: 126, prflx: 110, srflx: 100, relay: 0 } as const;
export type CandidateType = keyof typeof PREFERENCE;

/** Where packets of a candidate leave the host: its own socket, or the allocation on the TURN server. */
export type Base = 'host' | 'relay';

/** A candidate as an offer or answer carries it. */
export interface WrittenCandidate {
  readonly type: CandidateType;
  readonly address: StunAddress;
  readonly priority: number;
}

/** What one agent tells the other. */
export interface Description {
  readonly ufrag: string;
  readonly password: string;
  readonly candidates: readonly WrittenCandidate[];
}

/** RFC 8445 section 5.1.2.1, one component and one interface. */
export function candidatePriority(type: CandidateType): number {
  return PREFERENCE[type] * 2 ** 24 + 65535 * 2 ** 8 + 255;
}

export const PairState = { waiting: 0, inProgress: 1, succeeded: 2, failed: 3 } as const;

/** A local and a remote candidate (RFC 8445 section 6.1.2). */
export class CandidatePair {
  state: number = PairState.waiting;
  /** The other agent, or this one, wants it. */
  isNominated = false;

  constructor(
    readonly base: Base,
    readonly localPriority: number,
    readonly remote: TransportAddress,
    readonly remoteType: CandidateType,
    readonly remotePriority: number,
    private readonly isControlling: boolean,
  ) {}

  get isRelayed(): boolean {
    return this.base === 'relay' || this.remoteType === 'relay';
  }

  /** Section 6.1.2.3: 2^32 min(G, D) + 2 max(G, D) + (G > D), compared in parts as it is beyond 2^53. Positive: `this` first. */
  isBefore(other: CandidatePair): number {
    const [a, b] = [this.ranks, other.ranks];
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  }

  private get ranks(): readonly [number, number, number] {
    const { localPriority, remotePriority, isControlling } = this;
    const [g, d] = isControlling ? [localPriority, remotePriority] : [remotePriority, localPriority];
    return [Math.min(g, d), Math.max(g, d), g > d ? 1 : 0];
  }
}
