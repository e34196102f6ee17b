import { Ecn, type Packet } from '../../core/packet';
import type { QueueHost } from '../queue';

/**
 * Sets CE instead of dropping `p`. False when its transport is not ECN-capable: the packet is then as it was
 * (RFC 3168 section 5). A packet that carries CE already stays so and is not reported again.
 */
export function markCe(p: Packet, host: QueueHost): boolean {
  if (p.ecn === Ecn.notEct) return false;
  if (p.ecn !== Ecn.ce) {
    p.ecn = Ecn.ce;
    host.marked(p);
  }
  return true;
}
