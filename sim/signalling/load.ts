import type { EventQueue, Nanos } from '../core/event-queue';

/** What a server knows of its own load; controls decide by it. */
export interface Load {
  readonly now: Nanos;
  /** Messages waiting, the one being served included. */
  readonly queued: number;
  /** Work that waits: what a message would wait that came now, ns. */
  readonly backlog: Nanos;
  /** Work offered since the last look, as a share of the time since: above 1 is overload. */
  readonly offered: number;
  /** New requests taken since the last look, per second. */
  readonly admitted: number;
}

/** Adds up what a server is offered between the looks of its control. */
export class LoadMeter implements Load {
  queued = 0;
  offered = 0;
  admitted = 0;
  private work: Nanos = 0;
  private requests = 0;
  private since: Nanos = 0;
  private busyUntil: Nanos = 0;

  constructor(private readonly events: EventQueue) {}

  get now(): Nanos {
    return this.events.now;
  }

  get backlog(): Nanos {
    return Math.max(0, this.busyUntil - this.events.now);
  }

  /** Work of `cost` is queued; returns when it will be done. */
  add(cost: Nanos): Nanos {
    this.work += cost;
    this.busyUntil = Math.max(this.busyUntil, this.events.now) + cost;
    return this.busyUntil;
  }

  countRequest(): void {
    this.requests++;
  }

  /** Closes the interval. */
  look(): void {
    const span = this.events.now - this.since;
    if (span <= 0) return;
    this.offered = this.work / span;
    this.admitted = (this.requests * 1e9) / span;
    this.work = this.requests = 0;
    this.since = this.events.now;
  }
}
