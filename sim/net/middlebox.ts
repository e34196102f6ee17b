import type { Packet } from '../core/packet';
import type { Link } from './link';

/** What a middlebox on a node decides about a packet that is passing. */
export const Verdict = { forward: 0, drop: 1, consumed: 2 } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Sees every packet that arrives at or leaves its node; may rewrite it. */
export interface Middlebox {
  /**
   * `from` is the link that `p` came over, null for packets of the node's own transports. After `forward` the node goes on
   * with `p` as it is now; after `drop` it counts and frees it; after `consumed` the packet is the middlebox's, which
   * sends it on with `Node.forward` or `Node.deliver`, or gives it back to the pool.
   */
  onPacket(p: Packet, from: Link | null): Verdict;
  /** Its node has failed: it forgets everything. */
  restart?(): void;
}

/**
 * Several middleboxes of one node, in the order in which they were added for packets that come from outside the node, and
 * in the opposite order for those of its own transports, which pass them from the inside out.
 */
export class MiddleboxChain implements Middlebox {
  private readonly boxes: Middlebox[];

  constructor(...boxes: Middlebox[]) {
    this.boxes = boxes;
  }

  add(box: Middlebox): void {
    this.boxes.push(box);
  }

  onPacket(p: Packet, from: Link | null): Verdict {
    const { boxes } = this;
    const last = boxes.length - 1;
    for (let i = 0; i <= last; i++) {
      const verdict = boxes[from === null ? last - i : i]!.onPacket(p, from);
      if (verdict !== Verdict.forward) return verdict;
    }
    return Verdict.forward;
  }

  restart(): void {
    for (const box of this.boxes) box.restart?.();
  }
}
