import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { ParamsOf } from '../core/plugin';
import { flag } from '../core/params';
import { Ecn } from '../core/packet';
import { datagramSize } from '../udp/params';
import type { UdpSocket } from '../udp/socket';
import { equationRate } from './equation';
import type { Feedback } from './receiver';
import { dataWire } from './wire';

export const tfrcParams = {
  size: datagramSize('payload of a datagram, of which 12 bytes are the header of TFRC; s in the equation', '1460 B'),
  discounting: flag('old loss intervals count less when the open one is long', true),
  dampOscillations: flag('send a little slower while the round-trip time is above its average', true),
  ecn: flag('send as ECN-capable; marks count as losses', false),
};
export type TfrcConfig = ParamsOf<typeof tfrcParams>;

/** Sequence number, time stamp, round-trip time (RFC 5348 section 3.2.1). */
export const DATA_HEADER = 12;
/** t_mbi: the longest time between packets (RFC 5348 section 4.3). */
const LONGEST_GAP = 64;
/** Weights of the past in R (section 4.3) and in the mean of sqrt(R) (section 4.5). */
const RTT_WEIGHT = 0.9;
const ROOT_WEIGHT = 0.9;
/** Initial window of RFC 3390, bytes. */
const INITIAL_WINDOW = 4380;

interface Reported {
  readonly at: Nanos;
  readonly rate: number;
}

/** The TFRC sender (RFC 5348 section 4), with always something to send. Rates in bytes per second. */
export class TfrcSender {
  /** R, 0 before the first sample; the latest sample; p. */
  rtt: Nanos = 0;
  latestRtt: Nanos = 0;
  lossEventRate = 0;
  /** X, the allowed rate. */
  rate: number;
  private instant: number;
  private rootMean = 0;
  private seq = 0;
  private lastSentAt: Nanos = 0;
  /** X_recv_set, oldest first. */
  private reported: Reported[] = [];
  private doubledAt: Nanos = 0;
  private readonly sending: Timer;
  private readonly noFeedback: Timer;

  constructor(
    private readonly events: EventQueue,
    private readonly socket: UdpSocket,
    private readonly config: TfrcConfig,
    private readonly onSent: (seq: number) => void,
  ) {
    this.rate = this.instant = config.size;
    this.sending = new Timer(events, () => this.send());
    this.noFeedback = new Timer(events, () => this.onNoFeedback());
  }

  /** Section 4.2: one packet per second until the first feedback, for which it waits two seconds. */
  start(): void {
    this.noFeedback.arm(this.events.now + 2e9);
    this.send();
  }

  stop(): void {
    this.sending.disarm();
    this.noFeedback.disarm();
  }

  /** Section 4.3. */
  onFeedback(feedback: Feedback): void {
    if (!this.noFeedback.isArmed) return;
    const { now } = this.events;
    const sample = Math.max(1, now - feedback.echo - feedback.delay);
    this.latestRtt = sample;
    const root = Math.sqrt(sample);
    this.lossEventRate = feedback.lossEventRate;
    if (this.rtt === 0) {
      this.rtt = sample;
      this.rootMean = root;
      this.rate = this.initialRate;
      this.doubledAt = now;
      this.reported = [{ at: now, rate: Infinity }];
    } else {
      this.rtt = Math.round(RTT_WEIGHT * this.rtt + (1 - RTT_WEIGHT) * sample);
      this.rootMean = ROOT_WEIGHT * this.rootMean + (1 - ROOT_WEIGHT) * root;
      this.reported.push({ at: now, rate: feedback.rate });
      this.reported = this.reported.filter(({ at }) => at >= now - 2 * this.rtt);
      this.updateRate(this.receiveLimit);
    }
    // section 4.5
    this.instant = this.config.dampOscillations ? (this.rate * this.rootMean) / root : this.rate;
    this.instant = Math.max(this.instant, this.least);
    this.restartTimer();
    this.schedule();
  }

  private get least(): number {
    return this.config.size / LONGEST_GAP;
  }

  /** W_init / R */
  private get initialRate(): number {
    const { size } = this.config;
    return (Math.min(4 * size, Math.max(2 * size, INITIAL_WINDOW)) * 1e9) / this.rtt;
  }

  /** Twice the largest of X_recv_set. */
  private get receiveLimit(): number {
    let most = 0;
    for (const { rate } of this.reported) if (rate > most) most = rate;
    return 2 * most;
  }

  /** Section 4.3, step 4. */
  private updateRate(limit: number): void {
    const { now } = this.events;
    if (this.lossEventRate > 0) {
      const equation = equationRate(this.config.size, this.rtt, this.lossEventRate);
      this.rate = Math.max(Math.min(equation, limit), this.least);
    } else if (now - this.doubledAt >= this.rtt) {
      this.rate = Math.max(Math.min(2 * this.rate, limit), this.initialRate);
      this.doubledAt = now;
    }
  }

  /** Section 4.4. */
  private onNoFeedback(): void {
    if (this.rtt === 0 || this.lossEventRate === 0) this.rate = Math.max(this.rate / 2, this.least);
    else {
      const received = this.receiveLimit / 2;
      const halved = Math.max(this.rate > 2 * received ? received : this.rate / 2, this.least);
      this.reported = [{ at: this.events.now, rate: halved / 2 }];
      this.updateRate(halved);
    }
    this.instant = this.rate;
    this.restartTimer();
    this.schedule();
  }

  private restartTimer(): void {
    const packets = (2 * this.config.size * 1e9) / this.rate;
    this.noFeedback.arm(this.events.now + Math.round(Math.max(4 * this.rtt, packets)));
  }

  private send(): void {
    const { config, socket } = this;
    this.lastSentAt = this.events.now;
    const seq = this.seq++;
    const p = socket.datagram(config.size, seq);
    p.window = Math.ceil(this.rtt / 1e3);
    p.payload = dataWire;
    if (config.ecn) p.ecn = Ecn.ect0;
    this.onSent(seq);
    socket.send(p);
    this.schedule();
  }

  /** The next packet leaves s / X after the last, as the rate is now. */
  private schedule(): void {
    const at = this.lastSentAt + Math.max(1, Math.round((this.config.size * 1e9) / this.instant));
    this.sending.arm(Math.max(at, this.events.now));
  }
}
