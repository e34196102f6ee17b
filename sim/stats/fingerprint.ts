import type { Clock } from '../core/event-queue';

/**
 * A rolling 64-bit hash of the trajectory: every packet arrival with its time, link and content goes in.
 * Two runs with equal fingerprints took the same steps; recording and sampling leave it alone.
 */
export class Fingerprint {
  private h1 = 0x2545f491;
  private h2 = 0x4f6cdd1d;

  constructor(private readonly clock: Clock) {}

  /** Mixes in an arrival of `a` and `b` (32-bit integers) at this moment. */
  mix(a: number, b: number): void {
    this.h1 = Math.imul(this.h1 ^ (this.clock.now | 0), 0x01000193) ^ a;
    this.h2 = (Math.imul(this.h2 ^ b, 0x85ebca6b) + this.h1) | 0;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return hex(scramble(this.h1)) + hex(scramble(this.h2));
  }
}

function scramble(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hex(h: number): string {
  return (h >>> 0).toString(16).padStart(8, '0');
}
