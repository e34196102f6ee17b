import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { ByteStream, CloseReason, SendingState, StreamDelegate, StreamMessage } from './byte-stream';

/** Opens one attempt. */
export type Attempt = (delegate: StreamDelegate) => ByteStream;

/**
 * A stream that is tried over several ways, each a while after the one before it or as soon as that has failed; the first to be
 * established is used, and the others are given up (RFC 8305 section 5). What is written before waits for it.
 */
export class RacingStream implements ByteStream {
  private used: ByteStream | null = null;
  private readonly running = new Set<ByteStream>();
  private next = 0;
  /** What was asked of the stream before there was one. */
  private readonly waiting: ((stream: ByteStream) => void)[] = [];
  private waitingBytes = 0;
  private isOver = false;
  private readonly timer: Timer;

  constructor(
    private readonly events: EventQueue,
    readonly flow: number,
    private readonly attempts: readonly Attempt[],
    private readonly delay: Nanos,
    private readonly delegate: StreamDelegate,
    /** Told which attempt is used. */
    private readonly onWon: (attempt: number, stream: ByteStream) => void,
  ) {
    this.timer = new Timer(events, () => this.start());
    this.start();
  }

  get establishedAt(): Nanos {
    return this.used?.establishedAt ?? -1;
  }

  get isOpen(): boolean {
    return this.used?.isOpen ?? !this.isOver;
  }

  get readable(): number {
    return this.used?.readable ?? 0;
  }

  get writable(): number {
    return this.used?.writable ?? 0;
  }

  get unacknowledged(): number {
    return this.used?.unacknowledged ?? this.waitingBytes;
  }

  get unsent(): number {
    return this.used === null ? this.waitingBytes : (this.used.unsent ?? this.used.unacknowledged);
  }

  get buffered(): number {
    return this.used?.buffered ?? this.waitingBytes;
  }

  get isRemoteClosed(): boolean {
    return this.used?.isRemoteClosed ?? false;
  }

  get sender(): SendingState | null {
    return this.used?.sender ?? null;
  }

  get untilMessageEnd(): number {
    return this.used?.untilMessageEnd ?? Infinity;
  }

  read(max: number): number {
    return this.used?.read(max) ?? 0;
  }

  takeMessage(): StreamMessage | null {
    return this.used?.takeMessage() ?? null;
  }

  writeAll(bytes: number): void {
    this.ask((stream) => stream.writeAll(bytes), bytes);
  }

  writeMessage(message: StreamMessage, bytes?: number): void {
    this.ask((stream) => stream.writeMessage(message, bytes), bytes ?? message.size);
  }

  begin(message: StreamMessage, sent: number): void {
    this.used?.begin?.(message, sent);
  }

  handOn(next: Pick<ByteStream, 'begin'>): void {
    this.used?.handOn?.(next);
  }

  shutdown(): void {
    this.ask((stream) => stream.shutdown(), 0);
  }

  close(): void {
    this.ask((stream) => stream.close(), 0);
  }

  abort(): void {
    if (this.used !== null) this.used.abort();
    else if (!this.isOver) this.end('aborted');
  }

  private ask(what: (stream: ByteStream) => void, bytes: number): void {
    if (this.used !== null) what(this.used);
    else if (!this.isOver) {
      this.waiting.push(what);
      this.waitingBytes += bytes;
    }
  }

  private start(): void {
    const number = this.next++;
    if (this.next < this.attempts.length) this.timer.arm(this.events.now + this.delay);
    else this.timer.disarm();
    const attempt = this.attempts[number]!({
      onEstablished: (stream) => this.win(stream, number),
      onReadable: (stream) => this.ifUsed(stream, () => this.delegate.onReadable?.(this)),
      onWritable: (stream) => this.ifUsed(stream, () => this.delegate.onWritable?.(this)),
      onRemoteClosed: (stream) => this.ifUsed(stream, () => this.delegate.onRemoteClosed?.(this)),
      onClosed: (stream, reason) => this.lose(stream, reason),
    });
    this.running.add(attempt);
  }

  private win(stream: ByteStream, number: number): void {
    if (this.used !== null || this.isOver) return;
    this.used = stream;
    this.giveUpOthers();
    this.onWon(number, stream);
    for (const what of this.waiting.splice(0)) what(stream);
    this.delegate.onEstablished?.(this);
  }

  private lose(stream: ByteStream, reason: CloseReason): void {
    this.running.delete(stream);
    if (stream === this.used) this.delegate.onClosed?.(this, reason);
    else if (this.used === null && !this.isOver) {
      if (this.next < this.attempts.length) this.start();
      else if (this.running.size === 0) this.end(reason);
    }
  }

  private end(reason: CloseReason): void {
    this.isOver = true;
    this.giveUpOthers();
    this.delegate.onClosed?.(this, reason);
  }

  private giveUpOthers(): void {
    this.timer.release();
    for (const other of this.running) {
      if (other !== this.used) other.abort();
    }
  }

  private ifUsed(stream: ByteStream, tell: () => void): void {
    if (stream === this.used) tell();
  }
}
