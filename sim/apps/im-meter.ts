import type { Clock, Nanos } from '../core/event-queue';
import type { MsrpSession } from '../msrp/session';
import type { AppMetric, MessageGuard } from './app';
import { Durations } from './samples';

/** What is measured of sessions of messages (docs/models/session-layer.md); what began before the warm-up was over is left out. */
export class ImMeter {
  receivedBytes = 0;
  /** Messages of callees that have reached the callers. */
  private replies = 0;
  private readonly counts = {
    sessionsBegun: 0,
    sessionsEstablished: 0,
    sessionsGood: 0,
    sessionsFailed: 0,
    sessionsRefusedForUdp: 0,
    sessionsRefusedForTransport: 0,
    messagesSent: 0,
    messagesDelivered: 0,
    messagesForged: 0,
    messagesReportedLost: 0,
    receipts: 0,
  };
  private readonly durations = {
    ringTime: new Durations(),
    setupTime: new Durations(),
    connectTime: new Durations(),
    firstMessageTime: new Durations(),
    messageDelay: new Durations(),
  };
  private readonly watched: MsrpSession[] = [];
  private readonly guards: MessageGuard[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly warmup: Nanos,
    private readonly patience: Nanos,
  ) {}

  /** Counts duplicates and gaps at the callee. */
  watch(session: MsrpSession): void {
    this.watched.push(session);
  }

  /** Counts what was wrong with messages that came to one end. */
  watchGuard(guard: MessageGuard): void {
    this.guards.push(guard);
  }

  /** What was delivered is not what the other end wrote under that number. */
  forged(): void {
    this.counts.messagesForged++;
  }

  begun(at: Nanos): void {
    if (at >= this.warmup) this.counts.sessionsBegun++;
  }

  ringing(begunAt: Nanos): void {
    this.note('ringTime', begunAt);
  }

  answered(begunAt: Nanos): void {
    this.note('setupTime', begunAt);
  }

  /** The ACK has reached the callee. */
  established(begunAt: Nanos): void {
    if (begunAt < this.warmup) return;
    this.counts.sessionsEstablished++;
    if (this.clock.now - begunAt <= this.patience) this.counts.sessionsGood++;
  }

  connected(since: Nanos): void {
    this.note('connectTime', since);
  }

  first(begunAt: Nanos): void {
    this.note('firstMessageTime', begunAt);
  }

  failed(_status: number): void {
    this.counts.sessionsFailed++;
  }

  refused(forUdp: boolean): void {
    if (forUdp) this.counts.sessionsRefusedForUdp++;
    else this.counts.sessionsRefusedForTransport++;
  }

  /** What was agreed on is not what the session runs over. */
  unusable(): void {
    this.counts.sessionsRefusedForTransport++;
  }

  written(): void {
    this.counts.messagesSent++;
  }

  /** `writtenAt` below 0: a message whose delay does not count. */
  delivered(writtenAt: Nanos, bytes: number): void {
    this.counts.messagesDelivered++;
    this.receivedBytes += bytes;
    if (writtenAt >= 0) this.note('messageDelay', writtenAt);
  }

  /** The caller has a message of the callee's. */
  replied(bytes: number): void {
    this.replies++;
    this.receivedBytes += bytes;
  }

  /** An intermediary, or the other end, says that a message has not arrived. */
  lost(): void {
    this.counts.messagesReportedLost++;
  }

  receipt(): void {
    this.counts.receipts++;
  }

  metrics(sipBytes: number, msrpBytes: number, reconnects: number): AppMetric[] {
    const { counts } = this;
    const rows: AppMetric[] = Object.entries(counts).map(([metric, value]) => ({ metric, unit: '', value }));
    const span = (this.clock.now - this.warmup) / 1e9;
    rows.push({ metric: 'sessionRate', unit: '', value: counts.sessionsGood / span });
    rows.push({ metric: 'reconnects', unit: '', value: reconnects });
    let duplicates = 0;
    let gaps = 0;
    for (const session of this.watched) {
      duplicates += session.duplicates;
      gaps += session.gaps;
    }
    rows.push({ metric: 'duplicates', unit: '', value: duplicates }, { metric: 'gaps', unit: '', value: gaps });
    rows.push(...this.flaws());
    if (this.replies > 0) rows.push({ metric: 'repliesDelivered', unit: '', value: this.replies });
    if (counts.messagesDelivered > 0) {
      const value = (sipBytes + msrpBytes) / (counts.messagesDelivered + this.replies);
      rows.push({ metric: 'bytesPerMessage', unit: 'B', value });
    }
    return [...rows, ...Object.entries(this.durations).flatMap(([name, times]) => times.metrics(name))];
  }

  private flaws(): AppMetric[] {
    const flaws = new Map<string, number>();
    let all = 0;
    for (const guard of this.guards) {
      for (const [flaw, number] of guard.flaws) {
        flaws.set(flaw, (flaws.get(flaw) ?? 0) + number);
        all += number;
      }
    }
    const count = (metric: string, value: number): AppMetric => ({ metric, unit: '', value });
    return [count('messageFlaws', all), ...[...flaws].map(([flaw, value]) => count(`messageFlaws.${flaw}`, value))];
  }

  private note(name: keyof ImMeter['durations'], since: Nanos): void {
    if (since >= this.warmup) this.durations[name].add(this.clock.now - since);
  }
}
