import { Timer } from '../core/event-queue';
import { choice } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import { datagramSize, sendingRate } from '../udp/params';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { DatagramStream } from './datagram-stream';

const cbrParams = {
  rate: sendingRate(
    'payload sent per time; the link carries 28 bytes of headers with each datagram on top',
    '500 kbit/s',
  ),
  size: datagramSize('payload of a datagram', '1000 B'),
  spacing: choice(
    'gaps between datagrams: all alike, uniform between half and one and a half times the mean, or exponential (Poisson)',
    ['fixed', 'uniform', 'exponential'],
    'fixed',
  ),
};

/** Datagrams at a constant rate, whatever the network does with them. */
class Cbr implements App {
  private readonly stream: DatagramStream;
  private readonly timer: Timer;
  private readonly gap: number;
  /** When the next datagram is due, not rounded: the rate is exact in the long run. */
  private due = 0;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof cbrParams>,
  ) {
    this.gap = (params.size * 8e9) / params.rate;
    this.stream = new DatagramStream(host);
    this.timer = new Timer(host.events, () => this.send());
  }

  get received(): number {
    return this.stream.received;
  }

  start(): void {
    this.due = this.host.events.now;
    this.send();
  }

  stop(): void {
    this.timer.disarm();
  }

  metrics(): AppMetric[] {
    return this.stream.metrics();
  }

  private send(): void {
    this.stream.send(this.params.size);
    this.due += this.nextGap();
    this.timer.arm(Math.max(this.host.events.now, Math.round(this.due)));
  }

  private nextGap(): number {
    const { gap } = this;
    const { random } = this.host;
    if (this.params.spacing === 'fixed') return gap;
    return this.params.spacing === 'uniform' ? gap * (0.5 + random.uniform()) : random.exponential(gap);
  }
}

export const cbr = defineApp({
  summary: 'datagrams at a constant bit rate that no loss slows down',
  reference: 'RFC 7928 section 5.3 (unresponsive transport sender)',
  transports: ['datagram'],
  params: cbrParams,
  create: (chosen, host) => new Cbr(host, chosen),
});
