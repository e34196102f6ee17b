import { type Nanos, Timer } from '../core/event-queue';
import { choice, duration, number } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { datagramSize, sendingRate } from '../udp/params';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { DatagramStream } from './datagram-stream';

const onOffParams = {
  rate: sendingRate('payload sent per time while on', '500 kbit/s'),
  size: datagramSize('payload of a datagram; over TCP, bytes written at once', '1000 B'),
  on: duration('mean time on', '500 ms'),
  off: duration('mean time off', '500 ms'),
  times: choice('how times on and off vary', ['exponential', 'pareto', 'fixed'], 'exponential'),
  shape: number(
    'tail index of Pareto times; with 1 < shape < 2 the sum of many sources is self-similar',
    1.5,
    1.01,
    10,
  ),
};

/** A constant rate while on, silence while off. Over TCP what the network does not take at once waits in the sender. */
class OnOff implements App {
  private readonly stream: DatagramStream | null;
  private connection: ByteStream | null = null;
  private readBytes = 0;
  private bursts = 0;
  private isOn = false;
  private readonly gap: number;
  private readonly sending: Timer;
  private readonly switching: Timer;
  /** When the next piece is due, not rounded. */
  private due = 0;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof onOffParams>,
  ) {
    this.gap = (params.size * 8e9) / params.rate;
    this.stream = host.transport === 'datagram' ? new DatagramStream(host) : null;
    this.sending = new Timer(host.events, () => this.send());
    this.switching = new Timer(host.events, () => this.toggle());
  }

  get received(): number {
    return this.stream?.received ?? this.readBytes;
  }

  start(): void {
    if (this.stream === null) this.connection = this.host.open({});
    this.toggle();
  }

  stop(): void {
    this.sending.disarm();
    this.switching.disarm();
    this.connection?.close();
  }

  accept(): StreamDelegate {
    return {
      onReadable: (connection) => (this.readBytes += connection.read(Infinity)),
      onRemoteClosed: (connection) => connection.close(),
    };
  }

  metrics(): AppMetric[] {
    return [{ metric: 'bursts', unit: '', value: this.bursts }, ...(this.stream?.metrics() ?? [])];
  }

  private toggle(): void {
    const { now } = this.host.events;
    const { on, off } = this.params;
    this.isOn = !this.isOn;
    this.switching.arm(now + Math.max(1, Math.round(this.draw(this.isOn ? on : off))));
    if (this.isOn) {
      this.bursts++;
      this.due = now;
      this.send();
    } else this.sending.disarm();
  }

  private send(): void {
    const { size } = this.params;
    if (this.stream !== null) this.stream.send(size);
    else this.connection!.writeAll(size);
    this.due += this.gap;
    this.sending.arm(Math.max(this.host.events.now, Math.round(this.due)));
  }

  private draw(mean: Nanos): Nanos {
    const { times, shape } = this.params;
    const { random } = this.host;
    if (times === 'fixed') return mean;
    if (times === 'exponential') return random.exponential(mean);
    return random.pareto((mean * (shape - 1)) / shape, shape);
  }
}

export const onOff = defineApp({
  summary: 'a constant rate for a random time, silence for another, and again',
  reference: 'Willinger, Taqqu, Sherman and Wilson 1997',
  transports: ['datagram', 'stream'],
  params: onOffParams,
  create: (chosen, host) => new OnOff(host, chosen),
});
