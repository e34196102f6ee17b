import type { EventQueue, Nanos } from '../core/event-queue';

/** The processor of a relay: serves one thing after the other, whatever session it belongs to. */
export class Processor {
  /** Time spent serving so far, that of what waits included. */
  busy: Nanos = 0;
  private freeAt: Nanos = 0;

  constructor(
    readonly events: EventQueue,
    /** bit/s and messages per second; 0 = any number. */
    private readonly rate: number,
    private readonly messageRate: number,
  ) {}

  /** Time that `bytes` take, and `messages` that begin in them. */
  timeFor(bytes: number, messages: number): Nanos {
    const time = this.rate === 0 ? 0 : (bytes * 8e9) / this.rate;
    return Math.round(this.messageRate === 0 ? time : time + (messages * 1e9) / this.messageRate);
  }

  /** Takes something that needs `time`. Returns when it is done. */
  serve(time: Nanos): Nanos {
    const { now } = this.events;
    this.freeAt = Math.max(now, this.freeAt) + time;
    this.busy += time;
    return this.freeAt;
  }

  /** Everything that waits is forgotten. */
  restart(): void {
    this.freeAt = 0;
  }
}
