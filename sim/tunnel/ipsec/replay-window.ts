/** Finds packets that come again, by their sequence numbers (RFC 4303 section 3.4.3): bits in a ring, as in RFC 6479. */
export class ReplayWindow {
  private readonly seen: Uint8Array;
  private highest = 0;

  /** `size`: sequence numbers that are remembered, the highest included; 0: all packets pass. */
  constructor(private readonly size: number) {
    this.seen = new Uint8Array(size);
  }

  /** Whether a packet with this number may be new. Numbers start at 1. */
  admits(number: number): boolean {
    if (this.size === 0 || number > this.highest) return true;
    return number > this.highest - this.size && this.seen[number % this.size] === 0;
  }

  /** A packet with this number, which is admitted, was found genuine. */
  note(number: number): void {
    const { size } = this;
    if (size === 0) return;
    for (let skipped = Math.max(this.highest + 1, number - size + 1); skipped < number; skipped++) {
      this.seen[skipped % size] = 0;
    }
    if (number > this.highest) this.highest = number;
    this.seen[number % size] = 1;
  }
}
