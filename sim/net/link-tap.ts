import type { Packet } from '../core/packet';
import type { Link } from './link';
import type { Drop } from './queue';

/** Sees packets as they enter (`sent`), leave the transmitter or are dropped: captures and traces. */
export interface LinkTap {
  onSend(p: Packet, link: Link): void;
  onArrive(p: Packet, link: Link): void;
  onDrop(p: Packet, link: Link, reason: Drop): void;
}
