import type { Nanos } from '../../core/event-queue';
import type { RandomStream } from '../../core/random';

/** A value that changes now and then, followed in the order of time. */
export interface Course {
  /** The value in force. */
  readonly value: number;
  /** When it changes next, or Infinity. */
  readonly next: Nanos;
  /** Goes to the next change. */
  advance(): void;
}

/** A value that changes at given moments. */
export class Steps implements Course {
  value: number;
  private index = -1;
  /** Beginning of the current repetition. */
  private start: Nanos = 0;
  private readonly times: readonly Nanos[];

  /** `times` ascend. After `period` they begin anew, and those not reached by then are left out; 0 = never. */
  constructor(
    times: readonly Nanos[],
    private readonly values: readonly number[],
    private readonly period: Nanos,
    before: number,
  ) {
    this.value = before;
    this.times = period === 0 ? times : times.filter((at) => at < period);
  }

  get next(): Nanos {
    const { times, start, period } = this;
    if (this.index + 1 < times.length) return start + times[this.index + 1]!;
    return period === 0 || times.length === 0 ? Infinity : start + period + times[0]!;
  }

  advance(): void {
    if (++this.index === this.times.length) {
      this.index = 0;
      this.start += this.period;
    }
    this.value = this.values[this.index]!;
  }
}

/** 0 and 1 in turn, each for an exponentially distributed time of its own mean; 0 first. */
export class OnOff implements Course {
  value = 0;
  next: Nanos;

  constructor(
    private readonly meanZero: Nanos,
    private readonly meanOne: Nanos,
    private readonly random: RandomStream,
  ) {
    this.next = this.span(meanZero);
  }

  advance(): void {
    this.value = 1 - this.value;
    this.next += this.span(this.value === 1 ? this.meanOne : this.meanZero);
  }

  private span(mean: Nanos): Nanos {
    return Math.max(1, Math.round(this.random.exponential(mean)));
  }
}
