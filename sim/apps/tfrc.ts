import type { Packet } from '../core/packet';
import { type Feedback, TfrcReceiver } from '../tfrc/receiver';
import { DATA_HEADER, type TfrcConfig, tfrcParams, TfrcSender } from '../tfrc/sender';
import { stampOf } from '../udp/socket';
import { type App, type AppHost, type AppMetric, defineApp, type UdpPair } from './app';
import { DatagramMeter } from './datagram-meter';
import { Durations } from './samples';

/** A stream without end from the client to the server, at the rate that TCP would have in the long run. */
class Tfrc implements App {
  received = 0;
  private readonly meter: DatagramMeter;
  private readonly pair: UdpPair;
  private readonly sender: TfrcSender;
  private readonly receiver: TfrcReceiver;
  private readonly rtt = new Durations();
  private rateSum = 0;
  private reports = 0;

  constructor(
    private readonly host: AppHost,
    config: TfrcConfig,
  ) {
    const { events } = host;
    this.meter = new DatagramMeter(host.warmup);
    this.pair = host.bind(
      { onDatagram: (p) => this.onFeedback(p.payload as Feedback) },
      { onDatagram: (p) => this.onData(p) },
    );
    this.sender = new TfrcSender(events, this.pair.client, config, (seq) => this.meter.onSent(seq, events.now));
    this.receiver = new TfrcReceiver(events, () => this.pair.server, config.discounting);
  }

  start(): void {
    this.sender.start();
  }

  stop(): void {
    this.sender.stop();
    this.receiver.stop();
  }

  metrics(): AppMetric[] {
    const rows = [...this.meter.metrics(), ...this.rtt.metrics('rtt')];
    if (this.reports > 0) rows.push({ metric: 'lossEventRate', unit: '', value: this.rateSum / this.reports });
    return rows;
  }

  private onData(p: Packet): void {
    if (!this.meter.onArrival(p.seq, stampOf(p), this.host.events.now)) return;
    this.received += p.length - DATA_HEADER;
    this.receiver.onData(p);
  }

  private onFeedback(feedback: Feedback): void {
    this.sender.onFeedback(feedback);
    if (this.host.events.now < this.host.warmup) return;
    this.rtt.add(this.sender.latestRtt);
    this.rateSum += feedback.lossEventRate;
    this.reports++;
  }
}

export const tfrc = defineApp({
  summary: 'a stream without end by TCP-friendly rate control: smooth, and no greedier than TCP',
  reference: 'RFC 5348',
  transports: ['datagram'],
  params: tfrcParams,
  create: (config, host) => new Tfrc(host, config),
});
