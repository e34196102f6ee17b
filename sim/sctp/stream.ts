import type { Nanos } from '../core/event-queue';
import type { ByteStream, CloseReason, SendingState, StreamDelegate, StreamMessage } from '../transport/byte-stream';
import { ContentStream, type ContentWatch } from '../transport/stream-content';
import type { SctpAssociation } from './association';

const NONE: number[] = [];

/** One stream of an association, both directions under one number: what is queued, what has arrived. */
export class SctpStream extends ContentStream implements ByteStream {
  delegate: StreamDelegate = {};
  establishedAt: Nanos = -1;
  nextReady: SctpStream | null = null;
  /** Bytes written, delivered to the peer's SCTP, received in order, read. */
  written = 0;
  acknowledged = 0;
  received = 0;
  consumed = 0;
  /** Bytes that have a TSN. */
  assigned = 0;
  /** Data was acknowledged by the SACK at hand. */
  isTouched = false;
  /** SSN of the next message to send, and of the next to deliver. */
  nextSsn = 0;
  expectedSsn = 0;
  /** Bytes of the message being fragmented that are left; 0 between messages. */
  current = 0;
  isFirstFragment = true;
  /** Our direction is reset (RFC 6525), as the peer has confirmed; the peer's is. */
  isReset = false;
  isRemoteClosed = false;
  resetSent = false;
  closing = false;
  /** Entries not begun: bytes that may be cut anywhere, or with a minus a message. */
  private queue: number[] = NONE;
  private head = 0;
  /** Messages that wait for an earlier one: bytes by SSN - expectedSsn, 0 = not there; entry 0 is always 0. */
  private early: number[] = NONE;
  private isMessage = false;
  private closed = false;
  private detached = false;
  private remoteClosedTold = false;

  constructor(
    readonly association: SctpAssociation,
    /** -1 while no number is free. */
    public id: number,
    readonly flow: number,
  ) {
    super();
  }

  protected override get watch(): ContentWatch | null {
    return this.association.stack.watching.watch;
  }

  get isOpen(): boolean {
    return !this.closed;
  }

  get readable(): number {
    return this.received - this.consumed;
  }

  get writable(): number {
    if (this.closing) return 0;
    const room = this.association.config.sendBuffer - this.unacknowledged;
    return room > 0 ? room : 0;
  }

  get unacknowledged(): number {
    return this.written - this.acknowledged;
  }

  get unsent(): number {
    return this.written - this.assigned;
  }

  get buffered(): number {
    let early = 0;
    for (const bytes of this.early) early += bytes;
    return this.readable + early + Math.min(this.unacknowledged, this.association.config.sendBuffer);
  }

  get sender(): SendingState | null {
    const { association } = this;
    return association.streams.first === this && association.establishedAt >= 0 ? association.outbound : null;
  }

  read(max: number): number {
    const got = max < this.readable ? max : this.readable;
    this.consumed += got;
    if (got > 0) this.association.onRead(got);
    return got;
  }

  writeAll(bytes: number): void {
    if (this.closing) throw new Error('write after close');
    this.written += bytes;
    const last = this.queue.length - 1;
    if (this.isMessage) this.enqueue(-bytes);
    // bytes without boundaries join those before
    else if (last >= this.head && this.queue[last]! > 0) this.queue[last]! += bytes;
    else this.enqueue(bytes);
    this.association.onWrite(this);
  }

  override writeMessage(message: StreamMessage, bytes = message.size): void {
    this.association.streams.hasContent = true;
    this.isMessage = true;
    super.writeMessage(message, bytes);
    this.isMessage = false;
  }

  shutdown(): void {
    if (this.closing) return;
    this.closing = true;
    this.association.onWrite(this);
    this.association.streams.endIfDone(this);
  }

  close(): void {
    if (this.readable > 0) {
      this.abort();
      return;
    }
    this.detached = true;
    this.shutdown();
  }

  abort(): void {
    // a message that is partly sent is finished, else the peer could not deliver what follows
    if (this.isFirstFragment) this.current = 0;
    this.queue = NONE;
    this.head = 0;
    this.written = this.assigned + this.current;
    this.endWith('aborted');
    this.association.streams.onAbort(this);
  }

  // --- Sending

  /** There is something to send for the first time. */
  get isReady(): boolean {
    return this.current > 0 || this.head < this.queue.length;
  }

  /** Bytes of the next fragment of at most `most`; the next message begins when the last one is sent. `cut` bounds messages. */
  nextFragment(most: number, cut: number): number {
    if (this.current === 0) {
      const entry = this.queue[this.head]!;
      const bytes = entry < 0 ? -entry : entry;
      this.current = bytes < cut ? bytes : cut;
      this.isFirstFragment = true;
      const left = bytes - this.current;
      if (left > 0) this.queue[this.head] = entry < 0 ? -left : left;
      else if (++this.head === this.queue.length) this.queue.length = this.head = 0;
    }
    return this.current < most ? this.current : most;
  }

  /** All data has a TSN, and no more will come. */
  get isDrained(): boolean {
    return this.closing && !this.isReady;
  }

  private enqueue(entry: number): void {
    if (this.queue === NONE) this.queue = [];
    if (this.head > 64 && 2 * this.head > this.queue.length) {
      this.queue.copyWithin(0, this.head);
      this.queue.length -= this.head;
      this.head = 0;
    }
    this.queue.push(entry);
  }

  // --- Receiving

  /** A whole message of `bytes` has arrived (RFC 9260 section 6.6). Returns whether there is more to read. */
  deliver(ssn: number, bytes: number, unordered: boolean): boolean {
    if (unordered) this.received += bytes;
    else if (ssn === this.expectedSsn) {
      this.received += bytes;
      this.expectedSsn++;
      // slot 0 is that of the expected message
      if (this.early.length > 0) this.early.shift();
      for (; this.early.length > 0 && this.early[0]! > 0; this.expectedSsn++) this.received += this.early.shift()!;
    } else {
      if (this.early === NONE) this.early = [];
      const at = ssn - this.expectedSsn;
      while (this.early.length <= at) this.early.push(0);
      this.early[at] = bytes;
      return false;
    }
    return true;
  }

  establish(now: Nanos): void {
    if (this.establishedAt >= 0 || this.closed) return;
    this.establishedAt = now;
    this.delegate.onEstablished?.(this);
  }

  onReadable(): void {
    if (this.closed || this.detached) {
      const got = this.readable;
      this.consumed += got;
      if (got > 0) this.association.onRead(got);
    } else this.delegate.onReadable?.(this);
  }

  onAcked(): void {
    if (!this.closed) this.delegate.onWritable?.(this);
    this.association.streams.endIfDone(this);
  }

  /** The peer has reset its direction, or shuts the association down. */
  onRemoteReset(): void {
    if (this.isRemoteClosed) return;
    this.isRemoteClosed = true;
    if (this.remoteClosedTold || this.closed) return;
    this.remoteClosedTold = true;
    this.delegate.onRemoteClosed?.(this);
  }

  /** Both directions are finished. */
  get isDone(): boolean {
    return this.isReset && this.isRemoteClosed && this.unacknowledged === 0;
  }

  endWith(reason: CloseReason): void {
    if (this.closed) return;
    this.closed = this.closing = true;
    this.delegate.onClosed?.(this, reason);
  }
}
