import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { ByteStream, CloseReason, StreamDelegate } from '../transport/byte-stream';

/** Opens one stream of the next leg. `incoming` is what it continues; null when it is opened ahead of any. */
export type Dial = (delegate: StreamDelegate, incoming: ByteStream | null) => ByteStream;

/** How a relay comes by its next leg. */
export interface NextLeg {
  /** A stream that continues `incoming`. It may be established already: then `onEstablished` is not called. */
  take(delegate: StreamDelegate, incoming: ByteStream): ByteStream;
  /** The incoming stream has ended in order. True if the leg is kept, and must not be ended. */
  keep(stream: ByteStream): boolean;
  /** Streams that are ready. */
  readonly ready: number;
}

/** A stream is opened when one comes in. */
export class OnDemand implements NextLeg {
  readonly ready = 0;

  constructor(private readonly dial: Dial) {}

  take(delegate: StreamDelegate, incoming: ByteStream): ByteStream {
    return this.dial(delegate, incoming);
  }

  keep(): boolean {
    return false;
  }
}

/** Time to a new attempt when a stream that was opened ahead has ended. */
const REOPEN_AFTER: Nanos = 1e9;

/** One stream is always ready; with `keeps` those that are done with are ready again. */
export class PreEstablished implements NextLeg {
  private readonly idle: Spare[] = [];
  private readonly taken = new Map<ByteStream, Spare>();
  private readonly timer: Timer;

  constructor(
    private readonly events: EventQueue,
    private readonly dial: Dial,
    private readonly keeps: boolean,
  ) {
    this.timer = new Timer(events, () => this.open());
    this.timer.arm(events.now);
  }

  get ready(): number {
    return this.idle.filter(({ stream }) => stream!.establishedAt >= 0).length;
  }

  take(delegate: StreamDelegate, incoming: ByteStream): ByteStream {
    const spare = this.idle.shift();
    if (spare === undefined) {
      const fresh = new Spare(this.onGone);
      fresh.user = delegate;
      fresh.stream = this.dial(fresh, incoming);
      this.taken.set(fresh.stream, fresh);
      return fresh.stream;
    }
    spare.user = delegate;
    this.taken.set(spare.stream!, spare);
    if (this.idle.length === 0 && !this.keeps) this.open();
    return spare.stream!;
  }

  keep(stream: ByteStream): boolean {
    const spare = this.taken.get(stream);
    if (!this.keeps || spare === undefined || stream.isRemoteClosed || !stream.isOpen) return false;
    this.taken.delete(stream);
    spare.user = null;
    this.idle.push(spare);
    return true;
  }

  private open(): void {
    const spare = new Spare(this.onGone);
    this.idle.push(spare);
    spare.stream = this.dial(spare, null);
  }

  private readonly onGone = (spare: Spare): void => {
    const at = this.idle.indexOf(spare);
    if (at >= 0) this.idle.splice(at, 1);
    this.taken.delete(spare.stream!);
    if (this.idle.length === 0 && !this.timer.isArmed) this.timer.arm(this.events.now + REOPEN_AFTER);
  };
}

/** A stream of the next leg whose user changes. */
class Spare implements StreamDelegate {
  stream: ByteStream | null = null;
  user: StreamDelegate | null = null;

  constructor(private readonly onGone: (spare: Spare) => void) {}

  onEstablished(stream: ByteStream): void {
    this.user?.onEstablished?.(stream);
  }

  onReadable(stream: ByteStream): void {
    this.user?.onReadable?.(stream);
  }

  onWritable(stream: ByteStream): void {
    this.user?.onWritable?.(stream);
  }

  onRemoteClosed(stream: ByteStream): void {
    // nobody uses it: it is of no use to anybody
    if (this.user === null) stream.close();
    else this.user.onRemoteClosed?.(stream);
  }

  onClosed(stream: ByteStream, reason: CloseReason): void {
    this.onGone(this);
    this.user?.onClosed?.(stream, reason);
  }
}
