import { Ecn, Flag, type Packet } from '../core/packet';
import type { TcpConfig } from './config';

/** Who sends ACKs at once when the CE state changes. */
interface AckSender {
  sendAck(): void;
}

/** RFC 3168 section 6.1.1: SYN with ECE and CWR asks, SYN-ACK with ECE alone agrees. */
const ASKING = Flag.ece | Flag.cwr;

export function asksForEcn(syn: Packet): boolean {
  return (syn.flags & ASKING) === ASKING;
}

export function agreesToEcn(synAck: Packet): boolean {
  return (synAck.flags & ASKING) === Flag.ece;
}

/** Flags of our SYN, or of our SYN-ACK if the peer has `asked`. */
export function ecnFlags(answering: boolean, asked: boolean): number {
  if (!answering) return ASKING;
  return asked ? Flag.ece : 0;
}

/** ECN at the transport (RFC 3168 section 6), or DCTCP's exact feedback (RFC 8257 section 3.2), where both ends agreed to it. */
export class EcnState {
  /** Codepoint of data segments. */
  ect: number = Ecn.ect0;
  /** The CE state just changed: the pending ACK must not wait (RFC 8257 section 3.2). */
  mustAckNow = false;
  /** The next ACK says ECN-Echo; the next new data segment says CWR. */
  private echo = false;
  private cwr = false;
  private reducedAt = 0;

  constructor(private readonly config: TcpConfig) {}

  /** A segment arrived. */
  onSegment(p: Packet, connection: AckSender): void {
    this.mustAckNow = false;
    if (p.length > 0) {
      const ce = p.ecn === Ecn.ce;
      if (this.config.ecn === 'dctcp') {
        if (ce !== this.echo) {
          // what came before the change is acknowledged with the old state
          connection.sendAck();
          this.echo = ce;
          this.mustAckNow = true;
        }
      } else {
        // RFC 3168 section 6.1.3: ECE until the sender says CWR
        if (p.flags & Flag.cwr) this.echo = false;
        if (ce) {
          this.echo = true;
          this.mustAckNow = true;
        }
      }
    }
    if (p.flags & Flag.ece && p.ack > this.reducedAt) this.cwr = true;
  }

  /** A data segment leaves; `isNew` is false for retransmissions, which are not ECN-capable (RFC 3168 section 6.1.5). */
  onTransmit(p: Packet, isNew: boolean): void {
    if (!isNew) return;
    p.ecn = this.ect;
    if (this.cwr) {
      p.flags |= Flag.cwr;
      this.cwr = false;
      this.reducedAt = p.seq;
    }
  }

  onAckSent(p: Packet): void {
    if (this.echo && (p.flags & (Flag.syn | Flag.rst)) === 0) p.flags |= Flag.ece;
  }
}
