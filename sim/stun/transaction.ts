import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { RandomStream } from '../core/random';
import { encode, type Seals, type StunAttribute, type StunMessage, Class } from './message';

/** RFC 8489 section 6.2.1. */
export interface Retransmission {
  /** First retransmission timeout; it doubles. */
  readonly rto: Nanos;
  /** Requests sent in all. */
  readonly rc: number;
  /** After the last request, so many `rto` are waited. */
  readonly rm: number;
}

/** Requests at 0, 500, 1500, 3500, 7500, 15500 and 31500 ms; failure at 39500 ms. */
export const RETRANSMISSION: Retransmission = { rto: 500e6, rc: 7, rm: 16 };

export interface Request extends Seals {
  readonly method: number;
  readonly attributes: readonly StunAttribute[];
}

/** Sends a request until it is answered or has failed. */
export class ClientTransaction {
  readonly id: Uint8Array;
  readonly startedAt: Nanos;
  /** Requests sent. */
  sent = 0;
  private readonly bytes: Uint8Array;
  private readonly timer: Timer;
  private timeout: Nanos;

  constructor(
    private readonly events: EventQueue,
    random: RandomStream,
    request: Request,
    private readonly send: (bytes: Uint8Array) => void,
    /** The answer, with its bytes; or null: there was none. */
    private readonly onEnd: (answer: StunMessage | null, bytes: Uint8Array | null) => void,
    private readonly retransmission: Retransmission = RETRANSMISSION,
  ) {
    this.id = transactionId(random);
    this.bytes = encode({ ...request, class: Class.request, transaction: this.id }, request);
    this.startedAt = events.now;
    this.timeout = retransmission.rto;
    this.timer = new Timer(events, () => this.onTimeout());
    this.transmit();
  }

  /** Whether a datagram is the answer; then the transaction has ended. */
  receive(message: StunMessage, bytes: Uint8Array): boolean {
    if (!this.timer.isArmed || !isEqual(message.transaction, this.id)) return false;
    if (message.class !== Class.success && message.class !== Class.error) return false;
    this.cancel();
    this.onEnd(message, bytes);
    return true;
  }

  /** Ends without an answer, and says nothing. */
  cancel(): void {
    this.timer.disarm();
  }

  private transmit(): void {
    const { rc, rm, rto } = this.retransmission;
    this.sent++;
    const isLast = this.sent === rc;
    this.timer.arm(this.events.now + (isLast ? rm * rto : this.timeout));
    this.timeout *= 2;
    this.send(this.bytes);
  }

  private onTimeout(): void {
    if (this.sent < this.retransmission.rc) this.transmit();
    else this.onEnd(null, null);
  }
}

/** 96 random bits (RFC 8489 section 5). */
export function transactionId(random: RandomStream): Uint8Array {
  return Uint8Array.from({ length: 12 }, () => random.word() & 0xff);
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
