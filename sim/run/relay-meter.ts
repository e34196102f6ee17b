import { type Nanos, Timer } from '../core/event-queue';
import type { BuiltScenario } from '../scenario/build';
import type { PlacedRelay } from '../scenario/paths/site';
import type { Scenario } from '../scenario/scenario';
import type { MetricRow } from './messages';

/** How often memory is looked at. */
const LOOK: Nanos = 5e6;

/** What each relay holds, and how busy its processor is. */
export class RelayMeter {
  private readonly sums: number[];
  private readonly peaks: number[];
  private readonly busyBefore: number[];
  private looks = 0;
  private readonly timer: Timer;

  constructor(
    private readonly built: Pick<BuiltScenario, 'simulation' | 'relays'>,
    private readonly scenario: Scenario,
  ) {
    this.sums = built.relays.map(() => 0);
    this.peaks = built.relays.map(() => 0);
    this.busyBefore = built.relays.map(() => 0);
    this.timer = new Timer(built.simulation.events, () => this.look());
    this.timer.arm(scenario.run.warmup);
  }

  /** Of each session at each relay, as `relayMemory.n1`; the processor's share of time is that of all its sessions. */
  metrics(): MetricRow[] {
    const { duration, warmup } = this.scenario.run;
    return this.built.relays.flatMap(({ session, node, relay }: PlacedRelay, i) => {
      const flow = session.spec.name;
      const bytes = (metric: string, value: number): MetricRow => ({ flow, metric, unit: 'B', value });
      const busy =
        relay.processor === null ? [] : [Math.min(relay.processor.busy - this.busyBefore[i]!, duration - warmup)];
      return [
        bytes(`relayMemory.${node.name}`, this.looks === 0 ? 0 : this.sums[i]! / this.looks),
        bytes(`relayMemoryPeak.${node.name}`, this.peaks[i]!),
        ...busy.map((time) => ({
          flow,
          metric: `relayBusy.${node.name}`,
          unit: '',
          value: time / (duration - warmup),
        })),
      ];
    });
  }

  private look(): void {
    if (this.looks === 0)
      this.built.relays.forEach(({ relay }, i) => (this.busyBefore[i] = relay.processor?.busy ?? 0));
    this.looks++;
    this.built.relays.forEach(({ relay }, i) => {
      const { buffered } = relay;
      this.sums[i]! += buffered;
      if (buffered > this.peaks[i]!) this.peaks[i] = buffered;
    });
    this.timer.arm(this.built.simulation.events.now + LOOK);
  }
}
