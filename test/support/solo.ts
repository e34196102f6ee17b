import { bind } from '../../sim/core/plugin';
import { RandomStream } from '../../sim/core/random';
import { congestionControls, type CongestionControlName } from '../../sim/tcp/cc';
import type { AckSample, CongestionControl, FlowInfo } from '../../sim/tcp/cc/congestion-control';

/** Is the packet with this number, sent at this time (s), lost on the path? */
export type LossPattern = (packet: number, time: number) => boolean;

/** Loss patterns by name, for tests and charts. */
export const lossPatterns = {
  none: (): LossPattern => () => false,
  /** One packet in `n`, evenly spaced, the first of them number `first`. */
  every:
    (n: number, first = n - 1): LossPattern =>
    (packet) =>
      packet >= first && (packet - first) % n === 0,
  /** Independent, with probability `p`. */
  random: (p: number): LossPattern => {
    const stream = new RandomStream([9, 9, 9, 9], 'loss');
    return () => stream.chance(p);
  },
  /** The first packet sent at or after each time, s. */
  at: (...times: number[]): LossPattern => {
    const left = [...times].sort((a, b) => a - b);
    return (_packet, time) => {
      if (left.length === 0 || time < left[0]!) return false;
      left.shift();
      return true;
    };
  },
  /** Everything sent in [from, to) s. */
  outage:
    (from: number, to: number): LossPattern =>
    (_packet, time) =>
      time >= from && time < to,
};

export interface SoloOptions {
  /** Bottleneck, bit/s of payload; Infinity for a path without queue. */
  rate?: number;
  /** Base RTT, ms. */
  rtt?: number;
  /** Drop-tail buffer, segments. */
  buffer?: number;
  /** Segments queued above which packets are marked CE; Infinity: never. */
  markAbove?: number;
  loss?: LossPattern;
  /** Segments acknowledged by one ACK. */
  ackEvery?: number;
  /** What the application offers, bit/s. */
  offered?: number;
  /** s */
  duration?: number;
  /** The route changes: base RTT and rate as functions of time (s) win over the constants. */
  rttAt?: (time: number) => number;
  rateAt?: (time: number) => number;
  mss?: number;
  initialWindow?: number;
  /** Of the controller's random stream. */
  seed?: number;
}

export interface SoloPoint {
  /** s */
  time: number;
  /** Segments. */
  cwnd: number;
  inFlight: number;
  queue: number;
  delivered: number;
  /** ms; the last sample. */
  rtt: number;
  /** bit/s */
  pacingRate: number;
  readout: Readonly<Record<string, number>>;
}

export interface SoloResult {
  /** One point per base RTT. */
  points: SoloPoint[];
  /** Segments. */
  sent: number;
  delivered: number;
  lost: number;
  marked: number;
  episodes: number;
  timeouts: number;
  /** Mean of cwnd over time since `from` s, segments. */
  meanCwnd(from: number): number;
  /** Delivered bit/s between the samples at two times, s. */
  goodput(from: number, to?: number): number;
  /** Points between two times, s. */
  between(from: number, to: number): SoloPoint[];
  cc: CongestionControl;
}

interface Sent {
  number: number;
  sentAt: number;
  ackAt: number;
  lost: boolean;
  marked: boolean;
  delivered: number;
  deliveredAt: number;
  firstSentAt: number;
  appLimited: boolean;
  txInFlight: number;
  lostBefore: number;
}

/** A controller as a scenario would make it. */
export function makeCc(name: CongestionControlName, params: object, flow: FlowInfo): CongestionControl {
  return bind<FlowInfo, CongestionControl>(congestionControls[name] as never, params)(flow);
}

export function makeFlow(mss = 1000, initialWindow = 10 * mss, seed = 1): FlowInfo & { now: number } {
  return { now: 0, mss, initialWindow, random: new RandomStream([seed, 2, 3, 4], 'cc') };
}

/**
 * Runs one controller alone over an idealised path: one bottleneck with a drop-tail FIFO, a constant RTT, every packet
 * acknowledged selectively. Retransmissions are new packets (as in QUIC; snd.una waits for the end of recovery) and PRR is
 * left out, so what is seen is the algorithm.
 */
export function solo(name: CongestionControlName, options: SoloOptions = {}, params: object = {}): SoloResult {
  return new Solo(name, options, params).run();
}

class Solo {
  private readonly flow: FlowInfo & { now: number };
  private readonly cc: CongestionControl;
  private readonly o: Required<Omit<SoloOptions, 'rttAt' | 'rateAt'>>;
  private readonly rttAt: (time: number) => number;
  private readonly rateAt: (time: number) => number;
  private readonly ack = { roundStart: false } as AckSample;
  private flight: Sent[] = [];
  private head = 0;
  private next = 0;
  private inFlight = 0;
  private freeAt = 0;
  private paceAt = 0;
  private delivered = 0;
  private deliveredAt = 0;
  private firstSentAt = 0;
  private appLimitedUntil = -1;
  private lost = 0;
  private marked = 0;
  private episodes = 0;
  private timeouts = 0;
  private recoverFrom = -1;
  private missing = 0;
  private cwrFrom = -1;
  private roundEnd = 0;
  private round = 0;
  private srtt = 0;
  private minRtt = Infinity;
  private lastRtt = 0;
  private cwndLimited = false;
  private readonly points: SoloPoint[] = [];

  constructor(name: CongestionControlName, options: SoloOptions, params: object) {
    this.o = {
      rate: Infinity,
      rtt: 100,
      buffer: Infinity,
      markAbove: Infinity,
      loss: lossPatterns.none(),
      ackEvery: 1,
      offered: Infinity,
      duration: 10,
      mss: 1000,
      initialWindow: 10,
      seed: 1,
      ...options,
    };
    this.rttAt = options.rttAt ?? (() => this.o.rtt);
    this.rateAt = options.rateAt ?? (() => this.o.rate);
    this.flow = makeFlow(this.o.mss, this.o.initialWindow * this.o.mss, this.o.seed);
    this.cc = makeCc(name, params, this.flow);
  }

  run(): SoloResult {
    const end = this.o.duration * 1e9;
    let sampleAt = 0;
    for (;;) {
      this.send();
      const event = Math.min(this.nextAck(), this.nextSend());
      while (sampleAt <= Math.min(event, end)) {
        this.sample(sampleAt);
        sampleAt += this.o.rtt * 1e6;
      }
      if (event > end) break;
      this.flow.now = Math.max(this.flow.now, event);
      if (this.nextAck() <= this.flow.now) this.receive();
    }
    return this.result();
  }

  private now(): number {
    return this.flow.now / 1e9;
  }

  /** When the next ACK comes, or the retransmission timer fires because none will. */
  private nextAck(): number {
    let pending = 0;
    for (let i = this.head; i < this.flight.length; i++) {
      const p = this.flight[i]!;
      if (p.lost) continue;
      if (++pending === this.o.ackEvery) return p.ackAt;
    }
    const last = this.flight[this.flight.length - 1];
    if (last === undefined || this.head >= this.flight.length) return Infinity;
    // a delayed ACK waits 40 ms for its second segment
    for (let i = this.flight.length - 1; i >= this.head; i--) {
      if (!this.flight[i]!.lost) return this.flight[i]!.ackAt + 40e6;
    }
    return last.sentAt + Math.max(1e9, 2 * this.srtt);
  }

  private nextSend(): number {
    if (this.inFlight + this.o.mss > this.cc.cwnd) return Infinity;
    return Math.max(this.paceAt, this.offeredAt());
  }

  private offeredAt(): number {
    return this.o.offered === Infinity ? 0 : (this.next * this.o.mss * 8e9) / this.o.offered;
  }

  private send(): void {
    const { mss } = this.o;
    const { flow, cc } = this;
    while (this.inFlight + mss <= cc.cwnd && this.paceAt <= flow.now && this.offeredAt() <= flow.now) {
      cc.onSend?.(mss, this.inFlight);
      if (this.inFlight === 0) this.firstSentAt = this.deliveredAt = flow.now;
      this.inFlight += mss;
      this.transmit();
      if (cc.pacingRate > 0) this.paceAt = Math.max(flow.now, this.paceAt) + (mss * 8e9) / cc.pacingRate;
    }
    this.cwndLimited = this.inFlight + mss > cc.cwnd;
    if (!this.cwndLimited && this.offeredAt() > flow.now) this.appLimitedUntil = this.delivered + this.inFlight;
  }

  private transmit(): void {
    const { mss, buffer, markAbove, loss } = this.o;
    const now = this.flow.now;
    const service = (mss * 8e9) / this.rateAt(this.now());
    const queue = this.queued();
    const number = this.next++;
    const lost = queue > buffer || loss(number, this.now());
    const marked = !lost && queue > markAbove;
    if (!lost) this.freeAt = Math.max(now, this.freeAt) + service;
    if (marked) this.marked++;
    this.flight.push({
      number,
      sentAt: now,
      ackAt: Math.max(now, this.freeAt) + this.rttAt(this.now()) * 1e6,
      lost,
      marked,
      delivered: this.delivered,
      deliveredAt: this.deliveredAt,
      firstSentAt: this.firstSentAt,
      appLimited: this.appLimitedUntil >= this.delivered,
      txInFlight: this.inFlight,
      lostBefore: this.lost,
    });
  }

  /** Segments waiting, the one in service not counted. */
  private queued(): number {
    const rate = this.rateAt(this.now());
    if (rate === Infinity) return 0;
    return Math.max(0, Math.ceil(((this.freeAt - this.flow.now) * rate) / 8e9 / this.o.mss) - 1);
  }

  /** The ACK that is due, or the timeout. */
  private receive(): void {
    const { ack, cc, flow } = this;
    const { mss, ackEvery } = this.o;
    const now = flow.now;
    const prior = this.inFlight;
    let newest: Sent | null = null;
    let acked = 0;
    let ce = 0;
    let lostBytes = 0;
    const losses: Sent[] = [];
    while (acked < ackEvery && this.head < this.flight.length) {
      const p = this.flight[this.head]!;
      if (!p.lost && p.ackAt > now) break;
      if (p.lost && !this.flight.slice(this.head, this.head + 40).some((q) => !q.lost && q.ackAt <= now)) break;
      this.head++;
      this.inFlight -= mss;
      if (p.lost) {
        this.lost += mss;
        lostBytes += mss;
        losses.push(p);
        continue;
      }
      newest = p;
      acked++;
      if (p.marked) ce += mss;
    }
    if (newest === null) return this.timeout();
    if (this.head > 4096) {
      this.flight = this.flight.slice(this.head);
      this.head = 0;
    }
    this.delivered += acked * mss;
    this.deliveredAt = now;
    const sendElapsed = newest.sentAt - newest.firstSentAt;
    const ackElapsed = now - newest.deliveredAt;
    this.firstSentAt = newest.sentAt;
    const rtt = now - newest.sentAt;
    this.lastRtt = rtt;
    this.minRtt = Math.min(this.minRtt, rtt);
    this.srtt = this.srtt === 0 ? rtt : (7 * this.srtt + rtt) / 8;
    const inRecovery = this.recoverFrom >= 0 && newest.number < this.recoverFrom;
    ack.roundStart = newest.number >= this.roundEnd;
    if (ack.roundStart) {
      this.roundEnd = this.next;
      this.round++;
    }
    Object.assign(ack, {
      ackedBytes: acked * mss,
      lostBytes,
      priorInFlight: prior,
      inFlight: this.inFlight,
      rtt,
      srtt: this.srtt,
      minRtt: this.minRtt,
      oneWayDelay: rtt - this.rttAt(newest.sentAt / 1e9) * 5e5 + 12345,
      delivered: this.delivered,
      priorDelivered: newest.delivered,
      deliveredInSample: this.delivered - newest.delivered,
      interval: Math.max(sendElapsed, ackElapsed),
      rateAppLimited: newest.appLimited,
      txInFlight: newest.txInFlight,
      lostInSample: this.lost - newest.lostBefore,
      cwndLimited: this.cwndLimited,
      round: this.round,
      ceBytes: ce > 0 ? acked * mss : 0,
      ece: ce > 0,
      inRecovery: inRecovery || losses.length > 0,
      una: (inRecovery ? this.missing : newest.number + 1) * mss,
      nxt: this.next * mss,
    });
    ack.deliveryRate = ack.interval < this.minRtt ? 0 : (ack.deliveredInSample * 8e9) / ack.interval;
    for (const p of losses) {
      cc.onSegmentLost?.(mss, p.txInFlight, this.lost - p.lostBefore, p.appLimited);
    }
    if (this.recoverFrom >= 0 && !inRecovery && losses.every((p) => p.number >= this.recoverFrom)) {
      this.recoverFrom = -1;
      cc.onRecoveryExit?.(this.inFlight);
    }
    const episode = losses.length > 0 && this.recoverFrom < 0;
    const sample = { inFlight: prior, lostBytes, delivered: this.delivered, ecn: false, pipe: this.inFlight };
    if (episode) {
      this.recoverFrom = this.next;
      this.missing = losses[0]!.number;
      this.episodes++;
      cc.onLossEpisode(sample);
    }
    cc.observe?.(ack);
    if (this.recoverFrom < 0 || cc.ownsRecovery) cc.onAck(ack);
    if (ce > 0 && newest.number >= this.cwrFrom) {
      this.cwrFrom = this.next;
      sample.ecn = true;
      if (cc.onEcn) cc.onEcn(sample);
      else cc.onLossEpisode(sample);
      if (!cc.onEcn) cc.onRecoveryExit?.(this.inFlight);
    }
  }

  private timeout(): void {
    const lost = this.inFlight;
    this.timeouts++;
    this.lost += lost;
    this.inFlight = 0;
    this.flight = [];
    this.head = 0;
    this.recoverFrom = -1;
    this.cc.onTimeout({ inFlight: lost, lostBytes: lost, delivered: this.delivered, ecn: false, pipe: this.inFlight });
  }

  private sample(at: number): void {
    const { mss } = this.o;
    this.points.push({
      time: at / 1e9,
      cwnd: this.cc.cwnd / mss,
      inFlight: this.inFlight / mss,
      queue: this.queued(),
      delivered: this.delivered / mss,
      rtt: this.lastRtt / 1e6,
      pacingRate: this.cc.pacingRate,
      readout: this.cc.readout(),
    });
  }

  private result(): SoloResult {
    const { mss, duration } = this.o;
    const { points } = this;
    const at = (time: number) => points.filter((p) => p.time <= time).at(-1)!;
    return {
      points,
      sent: this.next,
      delivered: this.delivered / mss,
      lost: this.lost / mss,
      marked: this.marked,
      episodes: this.episodes,
      timeouts: this.timeouts,
      meanCwnd: (from) => {
        const after = points.filter((p) => p.time >= from);
        return after.reduce((sum, p) => sum + p.cwnd, 0) / after.length;
      },
      goodput: (from, to = duration) => {
        const [a, b] = [at(from), at(to)];
        return ((b.delivered - a.delivered) * mss * 8) / (b.time - a.time);
      },
      between: (from, to) => points.filter((p) => p.time >= from && p.time < to),
      cc: this.cc,
    };
  }
}
