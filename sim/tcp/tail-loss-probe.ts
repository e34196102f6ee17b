import type { Clock, Nanos } from '../core/event-queue';
import { ZERO } from '../core/zero';
import type { Sender } from './sender';

/** RFC 8985 section 7.2: WCDelAckT, the longest delay of an ACK to be expected of any receiver. */
const WORST_DELAYED_ACK: Nanos = 200e6;

/** Tail loss probe (RFC 8985 section 7): asks for an ACK when the end of a flight may be lost. */
export class TailLossProbe {
  /** TLP.end_seq: snd.nxt when the probe was sent; 0 = no probe is out. TLP.is_retrans. */
  private endSeq = 0;
  private isRetransmission = false;
  private dsacked = false;
  private armedAt: Nanos = ZERO;
  /** RTT samples there were at the last probe: another one waits for more (section 7.3). */
  private samplesBefore = 0;
  /** When to probe, as `plan` found. */
  at: Nanos = ZERO;

  private readonly clock: Clock;

  constructor(private readonly sender: Sender) {
    this.clock = sender.host.events;
  }

  get isOut(): boolean {
    return this.endSeq !== 0;
  }

  /** New data restarts the probe timer (section 7.2). */
  onSent(): void {
    this.armedAt = this.clock.now;
  }

  /** So does an ACK that delivers something. */
  onDelivered(): void {
    this.armedAt = this.clock.now;
  }

  /**
   * Sets `at`; false if a probe is out, if the RTT was not measured since the last one (section 7.3), or if something is SACKed
   * or lost: then there is nothing to probe for.
   */
  plan(): boolean {
    const { board, rtt } = this.sender;
    if (this.endSeq !== 0 || rtt.samples === this.samplesBefore) return false;
    if (board.sackedBytes > 0 || board.lostBytes > 0) return false;
    this.at = (this.armedAt > 0 ? this.armedAt : this.clock.now) + Math.floor(2 * rtt.srtt);
    if (board.next - board.first === 1) this.at += WORST_DELAYED_ACK;
    return true;
  }

  /** Section 7.3: new data if there is some, else the last segment again. */
  send(): void {
    const { sender } = this;
    const end = sender.nxt;
    this.dsacked = false;
    this.samplesBefore = sender.rtt.samples;
    if (sender.sendOneNew()) this.isRetransmission = false;
    else if (!sender.board.isEmpty) {
      sender.retransmit(sender.board.next - 1);
      this.isRetransmission = true;
    } else return;
    this.endSeq = this.isRetransmission ? end : sender.nxt;
  }

  onDsack(end: number): void {
    if (this.endSeq !== 0 && end === this.endSeq) this.dsacked = true;
  }

  /**
   * Section 7.4.2; `bareDuplicate`: a duplicate ACK that SACKs nothing. Returns true if the probe repaired a loss:
   * congestion control must respond.
   */
  onAck(delivered: boolean, bareDuplicate: boolean): boolean {
    if (delivered) this.onDelivered();
    const { una } = this.sender;
    if (this.endSeq === 0 || una < this.endSeq) return false;
    const repaired = this.isRetransmission && !this.dsacked && una > this.endSeq;
    if (repaired || !this.isRetransmission || this.dsacked || bareDuplicate) this.endSeq = 0;
    return repaired;
  }

  cancel(): void {
    this.endSeq = 0;
  }
}
