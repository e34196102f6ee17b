import type { Packet } from '../core/packet';

/** Chance on a wire. Asked once per packet, in order of transmission, after serialisation. */
export interface LossModel {
  /** True if the packet is lost. */
  loses(p: Packet): boolean;
}
