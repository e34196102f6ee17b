import { Ranges } from '../multistream/ranges';

/** The reset of a stream: not asked for, to be sent, sent, acknowledged. */
export const Reset = { none: 0, due: 1, sent: 2, acked: 3 } as const;

/** The sending part of a stream or of a CRYPTO flow (RFC 9000 sections 2.2, 3.1): what to send, again or for the first time. */
export class SendHalf {
  /** Written so far (may be Infinity), sent at least once, and acknowledged without gap. */
  end = 0;
  nxt = 0;
  una = 0;
  finQueued = false;
  finAcked = false;
  reset: number = Reset.none;
  /** Largest offset that the peer allows (MAX_STREAM_DATA). */
  credit = 0;
  /** What `plan` found: a frame to send. */
  offset = 0;
  length = 0;
  fin = false;
  private finSent = false;
  private finLost = false;
  private readonly lost = new Ranges();
  private readonly acked = new Ranges();

  constructor(
    /** Most bytes written and not acknowledged. */
    private readonly buffer: number,
  ) {}

  get hasLost(): boolean {
    return !this.lost.isEmpty || this.finLost;
  }

  /** Bytes ready that were never sent. */
  get fresh(): number {
    let limit = this.una + this.buffer;
    if (this.end < limit) limit = this.end;
    if (this.credit < limit) limit = this.credit;
    return limit - this.nxt;
  }

  /** Bytes to send, again or for the first time. */
  get pending(): number {
    return this.lost.total + this.fresh;
  }

  /** Whether there is anything to send, if the connection has credit. */
  get isReady(): boolean {
    if (this.reset !== Reset.none) return false;
    return this.hasLost || this.fresh > 0 || (this.finQueued && !this.finSent && this.nxt === this.end);
  }

  /** All data and the FIN are acknowledged, or the reset is. */
  get isDone(): boolean {
    return this.finAcked || this.reset === Reset.acked;
  }

  /**
   * Finds the next frame of up to `budget` bytes, of which at most `room` are new to the connection's flow control: what
   * was lost first. False if there is none.
   */
  plan(budget: number, room: number): boolean {
    if (this.reset !== Reset.none) return false;
    if (!this.lost.isEmpty) {
      const left = this.lost.pairs[0]!;
      const length = this.lost.pairs[1]! - left;
      this.offset = left;
      this.length = length < budget ? length : budget;
      this.fin = this.finSent && this.finLost && left + this.length === this.end;
      return this.length > 0;
    }
    let length = this.fresh;
    if (length > budget) length = budget;
    if (length > room) length = room;
    if (length < 0) length = 0;
    this.offset = this.nxt;
    this.length = length;
    this.fin = this.finQueued && this.nxt + length === this.end && (!this.finSent || this.finLost);
    return length > 0 || this.fin;
  }

  /** The frame that was found is sent. Returns the bytes that are new. */
  commit(): number {
    const right = this.offset + this.length;
    let fresh = 0;
    if (right > this.nxt) {
      fresh = right - this.nxt;
      this.nxt = right;
    } else if (this.length > 0) this.lost.remove(this.offset, right);
    if (this.fin) {
      this.finSent = true;
      this.finLost = false;
    }
    return fresh;
  }

  /** A frame was delivered. */
  onAcked(offset: number, length: number, fin: boolean): void {
    if (fin) {
      this.finAcked = true;
      this.finLost = false;
    }
    if (length === 0) return;
    const right = offset + length;
    this.lost.remove(offset, right);
    if (offset <= this.una && this.acked.isEmpty) {
      if (right > this.una) this.una = right;
      return;
    }
    this.acked.add(offset, right);
    if (this.acked.pairs[0]! <= this.una) {
      if (this.acked.pairs[1]! > this.una) this.una = this.acked.pairs[1]!;
      this.acked.removeFirst();
    }
  }

  /** All is acknowledged that was written, the FIN included. */
  get isDelivered(): boolean {
    return this.finAcked && this.una >= this.end;
  }

  /** A frame was lost, or may have been: what is not known to be delivered is sent again. */
  onLost(offset: number, length: number, fin: boolean): void {
    if (fin && !this.finAcked) this.finLost = true;
    const left = offset > this.una ? offset : this.una;
    const right = offset + length;
    if (right <= left) return;
    this.lost.add(left, right);
    const { pairs } = this.acked;
    for (let i = 0; i < pairs.length; i += 2) {
      if (pairs[i]! < right && pairs[i + 1]! > left) this.lost.remove(pairs[i]!, pairs[i + 1]!);
    }
  }
}
