import type { QuicStream } from './stream';

/** Streams that have something to send, in a ring: whose turn it is, and who is next (RFC 9000 section 2.3). */
export class ReadyStreams {
  size = 0;
  private tail: QuicStream | null = null;

  constructor(
    /** Each stream one packet at a time; else each until it has nothing left. */
    private readonly takesTurns: boolean,
  ) {}

  get first(): QuicStream | null {
    return this.tail === null ? null : this.tail.nextReady;
  }

  add(stream: QuicStream): void {
    if (stream.nextReady !== null) return;
    this.size++;
    if (this.tail === null) stream.nextReady = stream;
    else {
      stream.nextReady = this.tail.nextReady;
      this.tail.nextReady = stream;
    }
    this.tail = stream;
  }

  /** The first has had its turn. */
  turn(): void {
    if (this.takesTurns && this.tail !== null) this.tail = this.tail.nextReady;
  }

  /** The first cannot send now: the next one is tried. */
  skip(): void {
    if (this.tail !== null) this.tail = this.tail.nextReady;
  }

  removeFirst(): void {
    const { tail } = this;
    if (tail === null) return;
    const first = tail.nextReady!;
    if (first === tail) this.tail = null;
    else tail.nextReady = first.nextReady;
    first.nextReady = null;
    this.size--;
  }
}
