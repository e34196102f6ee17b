import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import { Ecn, type Packet } from '../core/packet';
import { stampOf, type UdpSocket } from '../udp/socket';
import { equationLossRate } from './equation';
import { LossHistory } from './loss-history';
import { RateWindow } from './rate-window';
import { encodeFeedback } from './wire';

/** Payload of a feedback packet: time stamp, delay, receive rate, loss event rate (RFC 5348 section 3.2.2). */
export const FEEDBACK_BYTES = 16;

/** RFC 5348 section 3.2.2. Made once per round trip. */
export interface Feedback {
  /** Time stamp of the last data packet, and how long ago it arrived. */
  readonly echo: Nanos;
  readonly delay: Nanos;
  /** X_recv, bytes per second. */
  readonly rate: number;
  /** p */
  readonly lossEventRate: number;
}

/** The TFRC receiver (RFC 5348 section 6): measures, and reports once per round trip and at each new loss event. */
export class TfrcReceiver {
  private readonly history: LossHistory;
  private readonly arrivals = new RateWindow();
  private readonly timer: Timer;
  private rtt: Nanos = 0;
  private lastStamp: Nanos = 0;
  private lastAt: Nanos = 0;
  private sinceReport = 0;
  private highestRate = 0;
  private size = 0;
  private reports = 0;

  constructor(
    private readonly events: EventQueue,
    /** Towards the sender. */
    private readonly socket: () => UdpSocket,
    discounting: boolean,
  ) {
    this.history = new LossHistory(discounting, () => this.firstInterval());
    this.timer = new Timer(events, () => this.onTimer());
  }

  onData(p: Packet): void {
    const { now } = this.events;
    const before = this.history.rate;
    this.rtt = p.window * 1e3;
    this.size = p.length;
    this.lastStamp = stampOf(p);
    this.lastAt = now;
    this.sinceReport++;
    this.arrivals.add(now, p.length);
    this.history.onArrival(p.seq, now, this.rtt, p.ecn === Ecn.ce);
    // section 6.3: until the sender knows the round-trip time, every packet is answered
    if (this.rtt === 0) this.report(0);
    else if (!this.timer.isArmed || this.history.rate > before) this.onTimer();
  }

  /** Nothing more is reported. */
  stop(): void {
    this.timer.disarm();
  }

  /** Section 6.2. */
  private onTimer(): void {
    if (this.sinceReport > 0) this.report(this.arrivals.rate(this.events.now, this.rtt));
    this.timer.arm(this.events.now + this.rtt);
  }

  private report(rate: number): void {
    this.sinceReport = 0;
    if (rate > this.highestRate) this.highestRate = rate;
    const socket = this.socket();
    const p = socket.datagram(FEEDBACK_BYTES, this.reports++);
    const { lastStamp, lastAt, history, events } = this;
    const feedback: Feedback = { echo: lastStamp, delay: events.now - lastAt, rate, lossEventRate: history.rate };
    p.payload = { ...feedback, encode: () => encodeFeedback(feedback) };
    socket.send(p);
  }

  /** Section 6.3.1: the interval for which the equation gives the receive rate of before the first loss. */
  private firstInterval(): number {
    const { size, rtt } = this;
    if (rtt === 0) return 1;
    const rate = Math.max(this.highestRate, this.arrivals.rate(this.events.now, rtt));
    return 1 / equationLossRate(size, rtt, rate);
  }
}
