import { Ranges } from '../multistream/ranges';

/** The receiving part of a stream or of a CRYPTO flow (RFC 9000 sections 2.2, 3.2): reassembly and its flow control. */
export class ReceiveHalf {
  /** Received without gap, and read. */
  nxt = 0;
  readOffset = 0;
  /** Largest offset received, and the final size, or -1. */
  highest = 0;
  finalSize = -1;
  /** The peer has reset the stream. */
  isReset = false;
  private readonly islands = new Ranges();

  constructor(
    /** Bytes that the peer may send beyond what was read. */
    private readonly window: number,
    /** Largest offset that the peer was told it may send. */
    public granted = window,
  ) {}

  get readable(): number {
    return this.nxt - this.readOffset;
  }

  /** Bytes held: in order and unread, and out of order. */
  get held(): number {
    return this.readable + this.islands.total;
  }

  /** Everything up to the end has arrived. */
  get isComplete(): boolean {
    return this.nxt === this.finalSize;
  }

  /** Takes a frame. Returns by how much the largest offset grew; -1 if that breaks the limits (RFC 9000 sections 4.1, 4.5). */
  take(offset: number, length: number, fin: boolean): number {
    const right = offset + length;
    if (right > this.granted) return -1;
    if (this.finalSize >= 0 && (right > this.finalSize || (fin && right !== this.finalSize))) return -1;
    if (fin) {
      if (right < this.highest) return -1;
      this.finalSize = right;
    }
    const growth = right > this.highest ? right - this.highest : 0;
    this.highest += growth;
    if (offset <= this.nxt) {
      if (right > this.nxt) this.nxt = right;
      while (!this.islands.isEmpty && this.islands.pairs[0]! <= this.nxt) {
        if (this.islands.pairs[1]! > this.nxt) this.nxt = this.islands.pairs[1]!;
        this.islands.removeFirst();
      }
    } else this.islands.add(offset, right);
    return growth;
  }

  read(max: number): number {
    const got = max < this.readable ? max : this.readable;
    this.readOffset += got;
    return got;
  }

  /** Whether the peer should be given more credit: half the window was read. None after the end is known. */
  get shouldGrant(): boolean {
    return this.finalSize < 0 && this.readOffset + this.window - this.granted >= this.window / 2;
  }

  /** Raises the limit as far as it may be. Returns it. */
  grant(): number {
    this.granted = this.readOffset + this.window;
    return this.granted;
  }
}
