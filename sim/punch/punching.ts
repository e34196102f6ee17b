import { type Nanos, Timer } from '../core/event-queue';
import type { EventQueue } from '../core/event-queue';
import type { Puncher } from './puncher';

/** Two ends, and what they tell each other in the signalling, which takes a while. */
export class Punching {
  startedAt: Nanos = -1;
  /** When both ends could send; -1 before. */
  connectedAt: Nanos = -1;

  constructor(
    private readonly events: EventQueue,
    readonly offerer: Puncher,
    readonly answerer: Puncher,
    private readonly signalling: Nanos,
  ) {}

  start(onConnected: () => void): void {
    const { offerer, answerer, events } = this;
    this.startedAt = events.now;
    offerer.onConnected = answerer.onConnected = () => {
      if (offerer.connection === null || answerer.connection === null) return;
      this.connectedAt = events.now;
      onConnected();
    };
    offerer.learn(() =>
      this.later(() =>
        answerer.learn(() => {
          this.later(() => offerer.start(answerer.description));
          answerer.start(offerer.description);
        }),
      ),
    );
  }

  private later(then: () => void): void {
    const timer = new Timer(this.events, () => {
      timer.release();
      then();
    });
    timer.arm(this.events.now + this.signalling);
  }
}
