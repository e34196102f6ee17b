import { type Nanos, Timer } from '../core/event-queue';
import type { BuiltScenario } from '../scenario/build';
import type { MetricRow } from './messages';

/** What signalling servers did from the end of the warm-up to the end of the run. */
export class SignallingMeter {
  constructor(
    private readonly built: BuiltScenario,
    private readonly warmup: Nanos,
  ) {
    if (built.signalling === null) return;
    new Timer(built.simulation.events, () => this.built.signalling!.begin()).arm(warmup);
  }

  metrics(end: Nanos): readonly MetricRow[] {
    return this.built.signalling?.metrics(end - this.warmup) ?? [];
  }
}
