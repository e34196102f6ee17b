import { type EventQueue, Timer } from '../../core/event-queue';
import type { Channel } from '../channel';
import type { SipWire } from '../encode';
import type { SipMessage, SipRequest, SipResponse } from '../message';
import type { SipTimers } from './timers';

/** What transactions are given: time, and how to write a message for the wire. */
export interface TransactionHost {
  readonly events: EventQueue;
  readonly timers: SipTimers;
  wire(message: SipMessage): SipWire;
  /** A transaction sends a message again. */
  retransmitted(): void;
  /** The transaction is over: forget it. */
  ended(transaction: Transaction): void;
}

/** Told of what a client transaction meets: the transaction user of RFC 3261 section 17.1. */
export interface ClientUser {
  /** Provisional responses, and the final one once; of INVITE also every retransmission of a 2xx. */
  onResponse(response: SipResponse, transaction: ClientTransaction): void;
  /** No final response came in time: timer B or F. */
  onTimeout(transaction: ClientTransaction): void;
}

export interface ClientTransaction {
  readonly request: SipRequest;
  readonly channel: Channel;
  /** Final, or timed out. */
  readonly isDone: boolean;
  receive(response: SipResponse): void;
}

export interface ServerTransaction {
  readonly request: SipRequest;
  readonly channel: Channel;
  /** A final response was sent. */
  readonly isAnswered: boolean;
  /** The request again, or its ACK. */
  receive(request: SipRequest): void;
  respond(response: SipResponse): void;
}

/** What all four kinds share: a key and two timers. */
export abstract class Transaction {
  protected readonly retransmission: Timer;
  protected readonly end: Timer;
  private last: SipWire | null = null;

  constructor(
    protected readonly host: TransactionHost,
    readonly key: string,
    readonly channel: Channel,
  ) {
    this.retransmission = new Timer(host.events, () => this.onRetransmission());
    this.end = new Timer(host.events, () => this.onEnd());
  }

  protected abstract onRetransmission(): void;
  protected abstract onEnd(): void;

  /** Sends `message`; `resend` sends it again, byte for byte. */
  protected send(message: SipMessage, again = false): void {
    this.last = this.host.wire(message);
    this.channel.send(this.last, again);
  }

  protected resend(): void {
    if (this.last === null) return;
    this.host.retransmitted();
    this.channel.send(this.last, true);
  }

  protected arm(timer: Timer, after: number): void {
    timer.arm(this.host.events.now + after);
  }

  protected terminate(): void {
    this.retransmission.release();
    this.end.release();
    this.host.ended(this);
  }
}
