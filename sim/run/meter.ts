import { type Nanos, Timer } from '../core/event-queue';
import type { Link } from '../net/link';
import type { Simulation } from '../net/simulation';
import type { RunningSession } from '../scenario/running-session';
import { transports } from '../scenario/transports';
import type { MetricRow } from './messages';

/** How often state is sampled for means. */
const EVERY: Nanos = 100e6;

/** Measures everything from the end of the warm-up to the end of the run. */
export class Meter {
  private readonly sessions: SessionMeter[];
  private readonly links: LinkMeter[];
  private readonly timer: Timer;

  constructor(
    private readonly simulation: Simulation,
    sessions: readonly RunningSession[],
    private readonly warmup: Nanos,
  ) {
    this.sessions = sessions.map((session) => new SessionMeter(session));
    this.links = simulation.links.map((link) => new LinkMeter(link));
    this.timer = new Timer(simulation.events, () => this.sample());
    this.timer.arm(warmup);
  }

  /** All metrics, when the run has reached `end`. */
  metrics(end: Nanos): MetricRow[] {
    const seconds = (end - this.warmup) / 1e9;
    const links = this.links.filter((link) => link.wasUsed);
    const busiest = Math.max(0, ...links.map((link) => link.utilisation(seconds)));
    return [
      ...this.sessions.flatMap((session) => session.metrics(seconds)),
      { flow: 'network', metric: 'utilisation', unit: '', value: busiest },
      ...links.flatMap((link) => link.metrics(seconds)),
    ];
  }

  private sample(): void {
    const { now } = this.simulation.events;
    if (now === this.warmup) {
      for (const meter of this.sessions) meter.begin();
      for (const meter of this.links) meter.begin();
    }
    for (const meter of this.sessions) meter.sample();
    for (const meter of this.links) meter.sample();
    this.timer.arm(now + EVERY);
  }
}

/** Means of samples. */
class Mean {
  private sum = 0;
  private count = 0;

  add(value: number): void {
    this.sum += value;
    this.count++;
  }

  get value(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }
}

class SessionMeter {
  private readonly srtt = new Mean();
  private readonly cwnd = new Mean();
  private readonly held = new Mean();
  private received = 0;
  private sent = 0;
  private retransmitted = 0;

  constructor(private readonly session: RunningSession) {}

  begin(): void {
    this.received = this.session.app.received;
    this.sent = this.session.segmentsSent;
    this.retransmitted = this.session.retransmittedSegments;
  }

  sample(): void {
    let senders = 0;
    let srtt = 0;
    let cwnd = 0;
    for (const { sender } of this.session.sending) {
      if (sender === null) continue;
      senders++;
      srtt += sender.rtt.srtt;
      cwnd += sender.cc.cwnd;
    }
    if (senders > 0) {
      this.srtt.add(srtt / senders);
      this.cwnd.add(cwnd);
    }
    if (this.session.relays.length > 0) this.held.add(this.session.relayBuffered);
  }

  metrics(seconds: number): MetricRow[] {
    const { session } = this;
    const flow = session.spec.name;
    const goodput = ((session.app.received - this.received) * 8) / seconds;
    const rows: MetricRow[] = [{ flow, metric: 'goodput', unit: 'bit/s', value: goodput }];
    if (transports[session.spec.transport.protocol].kind === 'stream') {
      const sent = session.segmentsSent - this.sent;
      const again = session.retransmittedSegments - this.retransmitted;
      rows.push(
        { flow, metric: 'retransmitted', unit: '', value: sent === 0 ? 0 : again / sent },
        { flow, metric: 'srtt', unit: 's', value: this.srtt.value / 1e9 },
        { flow, metric: 'cwnd', unit: 'B', value: this.cwnd.value },
      );
    }
    if (session.relays.length > 0) rows.push({ flow, metric: 'relayBuffer', unit: 'B', value: this.held.value });
    for (const metric of session.app.metrics()) rows.push({ flow, ...metric });
    for (const find of session.findings) for (const metric of find()) rows.push({ flow, ...metric });
    return rows;
  }
}

class LinkMeter {
  private readonly queue = new Mean();
  private transmitted = 0;
  private dropped = 0;
  private sent = 0;

  constructor(private readonly link: Link) {}

  get wasUsed(): boolean {
    return this.link.sentPackets > 0;
  }

  begin(): void {
    this.transmitted = this.link.transmittedBytes;
    this.dropped = this.link.droppedPackets;
    this.sent = this.link.sentPackets;
  }

  sample(): void {
    this.queue.add(this.link.queuedPackets);
  }

  utilisation(seconds: number): number {
    return ((this.link.transmittedBytes - this.transmitted) * 8) / seconds / this.link.rate;
  }

  metrics(seconds: number): MetricRow[] {
    const { link } = this;
    const flow = link.name;
    const sent = link.sentPackets - this.sent;
    return [
      { flow, metric: 'utilisation', unit: '', value: this.utilisation(seconds) },
      { flow, metric: 'queue', unit: 'packets', value: this.queue.value },
      { flow, metric: 'dropped', unit: '', value: sent === 0 ? 0 : (link.droppedPackets - this.dropped) / sent },
    ];
  }
}
