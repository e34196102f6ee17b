import type { Link } from '../net/link';
import type { BuiltScenario } from '../scenario/build';
import type { RunningSession } from '../scenario/running-session';
import type { Scenario } from '../scenario/scenario';
import type { StreamMessage } from '../transport/byte-stream';
import { DELAY_PARTS, DelayLedger, type DelayPart } from './delay-ledger';
import type { MetricRow } from './messages';

/** Where the time of delivered messages went, in the mean over each session. Watching changes nothing in the run. */
export class MessageMeter {
  private readonly ledger: DelayLedger;
  private readonly sums: SessionSum[];

  constructor(
    { simulation, sessions }: Pick<BuiltScenario, 'simulation' | 'sessions'>,
    private readonly scenario: Scenario,
  ) {
    this.ledger = new DelayLedger(simulation);
    this.sums = sessions.map((session) => new SessionSum(session));
    for (const sum of this.sums) {
      const { events } = sum.session;
      events.onProcessed = (message, time) => this.ledger.processed(message, time);
      events.onDelivered = (message, delay) => this.account(sum, message, simulation.events.now - delay, delay);
    }
  }

  metrics(): MetricRow[] {
    return this.sums.flatMap((sum) => sum.metrics());
  }

  private account(sum: SessionSum, message: StreamMessage, writtenAt: number, delay: number): void {
    const { parts, queues } = this.ledger.account(message, delay);
    if (writtenAt < this.scenario.run.warmup) return;
    sum.count++;
    for (const part of DELAY_PARTS) sum.parts[part] += parts[part];
    for (const [link, time] of queues) sum.queues.set(link, (sum.queues.get(link) ?? 0) + time);
  }
}

class SessionSum {
  count = 0;
  readonly parts = Object.fromEntries(DELAY_PARTS.map((part) => [part, 0])) as Record<DelayPart, number>;
  readonly queues = new Map<Link, number>();

  constructor(readonly session: RunningSession) {}

  metrics(): MetricRow[] {
    const { count, parts, queues } = this;
    if (count === 0) return [];
    const flow = this.session.spec.name;
    const row = (metric: string, sum: number): MetricRow => ({ flow, metric, unit: 's', value: sum / count / 1e9 });
    return [
      ...DELAY_PARTS.map((part) => row(`delay${part[0]!.toUpperCase()}${part.slice(1)}`, parts[part])),
      ...[...queues].map(([link, time]) => row(`delayQueueing.${link.name}`, time)),
    ];
  }
}
