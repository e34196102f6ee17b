import type { Sender } from './sender';

export type FrtoVerdict = 'none' | 'new-data' | 'spurious' | 'genuine';

/** F-RTO (RFC 5682): tells a spurious timeout from a real one by what the first ACKs after it acknowledge. */
export class ForwardRto {
  /** 0 = not running, 1 = waiting for the first ACK, 2 = new data sent, waiting for the second. */
  private step = 0;
  private originalDelivered = false;
  /** Sequence numbers above this were first sent after the timeout. */
  private highest = 0;

  constructor(private readonly sender: Sender) {}

  /** Section 2.1 step 1; not if the timer expired during a recovery (`fresh` false). */
  onTimeout(fresh: boolean): void {
    this.step = fresh ? 1 : 0;
    this.originalDelivered = false;
    this.highest = this.sender.nxt;
  }

  get isRunning(): boolean {
    return this.step > 0;
  }

  onOriginalDelivered(end: number): void {
    if (this.step > 0 && end <= this.highest) this.originalDelivered = true;
  }

  /** Steps 2 and 3 of section 2.1, and of 3.1 with SACK. */
  onAck(advanced: boolean, duplicate: boolean): FrtoVerdict {
    const { sender } = this;
    const original = this.originalDelivered;
    this.originalDelivered = false;
    if (this.step === 0) return 'none';
    if (this.step === 2) {
      this.step = 0;
      // step 3b: data sent before the timeout and not retransmitted since has arrived
      return (sender.sackOk ? original : advanced) ? 'spurious' : 'genuine';
    }
    if (advanced && sender.una < this.highest) {
      this.step = 2;
      return 'new-data';
    }
    if (advanced || duplicate) this.step = 0;
    return 'none';
  }

  cancel(): void {
    this.step = 0;
  }
}
