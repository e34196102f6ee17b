import type { Nanos } from '../core/event-queue';

/** Bytes that arrived within a span of the immediate past. */
export class RateWindow {
  private times = new Float64Array(64);
  private sizes = new Float64Array(64);
  private head = 0;
  private length = 0;
  private bytes = 0;

  add(now: Nanos, bytes: number): void {
    if (this.length === this.times.length) this.grow();
    const at = (this.head + this.length++) & (this.times.length - 1);
    this.times[at] = now;
    this.sizes[at] = bytes;
    this.bytes += bytes;
  }

  /** Bytes per second over the last `span`; what is older is forgotten. */
  rate(now: Nanos, span: Nanos): number {
    while (this.length > 0 && this.times[this.head]! <= now - span) {
      this.bytes -= this.sizes[this.head]!;
      this.head = (this.head + 1) & (this.times.length - 1);
      this.length--;
    }
    return (this.bytes * 1e9) / span;
  }

  private grow(): void {
    const size = 2 * this.times.length;
    const times = new Float64Array(size);
    const sizes = new Float64Array(size);
    for (let i = 0; i < this.length; i++) {
      const from = (this.head + i) & (this.times.length - 1);
      times[i] = this.times[from]!;
      sizes[i] = this.sizes[from]!;
    }
    this.times = times;
    this.sizes = sizes;
    this.head = 0;
  }
}
