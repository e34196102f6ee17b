import type { Sender } from './sender';

export type FrtoVerdict = 'none' | 'new-data' | 'spurious' | 'genuine';

/** F-RTO (RFC 5682): tells a spurious timeout from a real one by what the first ACKs after it acknowledge. */
export class ForwardRto {
  /** 0 = not running, 2 = waiting for the first ACK that advances, 3 = new data sent, waiting for the next: steps of the RFC. */
  private step = 0;
  /** Of what the ACK at hand delivers: something sent before the timeout and not since; something first sent after step 2. */
  private originalDelivered = false;
  private newDelivered = false;
  /** RecoveryPoint: nothing beyond it had been sent when the first ACK that advanced arrived. */
  private recoveryPoint = 0;

  constructor(private readonly sender: Sender) {}

  /** Step 1; not if the timer expired during a recovery (`fresh` false). */
  onTimeout(fresh: boolean): void {
    this.step = fresh ? 2 : 0;
    this.originalDelivered = this.newDelivered = false;
    this.recoveryPoint = this.sender.nxt;
  }

  get isRunning(): boolean {
    return this.step > 0;
  }

  /** A segment that was sent once is delivered. */
  onOriginalDelivered(end: number): void {
    if (end <= this.recoveryPoint) this.originalDelivered = true;
    else this.newDelivered = true;
  }

  /** Steps 2 and 3 of section 2.1, and of 3.1 with SACK. ACKs that neither advance nor are duplicates tell nothing. */
  onAck(advanced: boolean, duplicate: boolean): FrtoVerdict {
    const original = this.originalDelivered;
    const beyond = this.newDelivered;
    this.originalDelivered = this.newDelivered = false;
    if (this.step === 0 || (!advanced && !duplicate)) return 'none';
    return this.step === 2 ? this.first(advanced) : this.second(advanced, original && !beyond);
  }

  private first(advanced: boolean): FrtoVerdict {
    const { sender } = this;
    if (advanced) {
      this.step = sender.una < this.recoveryPoint ? 3 : 0;
      this.recoveryPoint = sender.nxt;
      return this.step === 3 ? 'new-data' : 'none';
    }
    // section 2.1 step 2a; section 3.1 goes on waiting
    if (!sender.sackOk) this.step = 0;
    return 'none';
  }

  private second(advanced: boolean, original: boolean): FrtoVerdict {
    this.step = 0;
    return (this.sender.sackOk ? original : advanced) ? 'spurious' : 'genuine';
  }

  cancel(): void {
    this.step = 0;
  }
}
