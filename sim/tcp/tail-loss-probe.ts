import type { Nanos } from '../core/event-queue';
import { ZERO } from '../core/zero';
import type { Sender } from './sender';

/** RFC 8985 section 7.2: WCDelAckT, the longest delay of an ACK to be expected of any receiver. */
const WORST_DELAYED_ACK: Nanos = 200e6;

/** A probe that is out: TLP.end_seq, snd.nxt when it was sent; TLP.is_retrans; whether a D-SACK told that it was needless. */
class Probe {
  dsacked = false;

  constructor(
    readonly endSeq: number,
    readonly isRetransmission: boolean,
  ) {}
}

/** Tail loss probe (RFC 8985 section 7): asks for an ACK when the end of a flight may be lost. */
export class TailLossProbe {
  private probe: Probe | null = null;
  private armedAt: Nanos = ZERO;
  /** RTT samples there were at the last probe: another one waits for more (section 7.3). */
  private samplesBefore = 0;
  /** When to probe, as `plan` found. */
  at: Nanos = ZERO;

  constructor(private readonly sender: Sender) {}

  get isOut(): boolean {
    return this.probe !== null;
  }

  /** New data restarts the probe timer (section 7.2). */
  onSent(): void {
    this.armedAt = this.sender.host.events.now;
  }

  /** So does an ACK that delivers something. */
  onDelivered(): void {
    this.armedAt = this.sender.host.events.now;
  }

  /**
   * Sets `at`; false if a probe is out, if the RTT was not measured since the last one (section 7.3), or if something is SACKed
   * or lost: then there is nothing to probe for.
   */
  plan(): boolean {
    const { board, rtt, host } = this.sender;
    if (this.probe !== null || rtt.samples === this.samplesBefore) return false;
    if (board.sackedBytes > 0 || board.lostBytes > 0) return false;
    this.at = (this.armedAt > 0 ? this.armedAt : host.events.now) + Math.floor(2 * rtt.srtt);
    if (board.next - board.first === 1) this.at += WORST_DELAYED_ACK;
    return true;
  }

  /** Section 7.3: new data if there is some, else the last segment again. */
  send(): void {
    const { sender } = this;
    const end = sender.nxt;
    this.samplesBefore = sender.rtt.samples;
    if (sender.sendOneNew()) this.probe = new Probe(sender.nxt, false);
    else if (!sender.board.isEmpty) {
      sender.retransmit(sender.board.next - 1);
      this.probe = new Probe(end, true);
    }
  }

  onDsack(end: number): void {
    if (this.probe !== null && end === this.probe.endSeq) this.probe.dsacked = true;
  }

  /**
   * Section 7.4.2; `bareDuplicate`: a duplicate ACK that SACKs nothing. Returns true if the probe repaired a loss:
   * congestion control must respond.
   */
  onAck(delivered: boolean, bareDuplicate: boolean): boolean {
    if (delivered) this.onDelivered();
    const { una } = this.sender;
    const { probe } = this;
    if (probe === null || una < probe.endSeq) return false;
    const repaired = probe.isRetransmission && !probe.dsacked && una > probe.endSeq;
    if (repaired || !probe.isRetransmission || probe.dsacked || bareDuplicate) this.probe = null;
    return repaired;
  }

  cancel(): void {
    this.probe = null;
  }
}
