import type { Nanos } from '../../core/event-queue';
import type { Packet } from '../../core/packet';
import { choice, duration, flag, limit, number } from '../../core/params';
import { Drop, type QueueHost } from '../queue';
import { type Buffer, bufferOf } from './buffer';
import { defineQueue } from './define';
import { markCe } from './ecn';
import { Fifo } from './fifo';
import type { FlowQueue } from './flow-queues';

/** Settings of the control law; times in nanoseconds. */
export interface PieSettings {
  readonly target: Nanos;
  readonly tUpdate: Nanos;
  readonly alpha: number;
  readonly beta: number;
  readonly maxBurst: Nanos;
  readonly ecn: boolean;
  readonly markEcnThreshold: number;
  readonly derandomize: boolean;
  readonly delayBy: 'timestamp' | 'departure-rate';
}

/** PIE's drop probability (RFC 8033 sections 4.2 and 5.5) and the decision on one packet (sections 4.1, 4.4, 5.4). */
export class Pie {
  /** drop_prob_ */
  dropProb = 0;
  private burstAllowance: Nanos;
  private qdelayOld: Nanos = 0;
  private accuProb = 0;

  constructor(
    private readonly host: QueueHost,
    private readonly settings: PieSettings,
  ) {
    this.burstAllowance = settings.maxBurst;
  }

  /** Nothing that a further update with an empty queue would change. */
  get isAtRest(): boolean {
    return this.dropProb === 0 && this.qdelayOld === 0 && this.burstAllowance === this.settings.maxBurst;
  }

  /** True when the arriving packet should be dropped; `backlog` is in bytes. */
  dropEarly(backlog: number): boolean {
    if (this.burstAllowance > 0) return false;
    if (this.qdelayOld < this.settings.target / 2 && this.dropProb < 0.2) return false;
    if (backlog <= 2 * this.host.mtu) return false;
    if (!this.settings.derandomize) return this.host.random.chance(this.dropProb);
    if (this.dropProb === 0) this.accuProb = 0;
    this.accuProb += this.dropProb;
    if (this.accuProb < 0.85) return false;
    if (this.accuProb < 8.5 && !this.host.random.chance(this.dropProb)) return false;
    this.accuProb = 0;
    return true;
  }

  /** The periodic update, every `tUpdate`, with the queueing delay now. */
  update(qdelay: Nanos): void {
    const { target, alpha, beta, tUpdate, maxBurst } = this.settings;
    let p = (alpha * (qdelay - target) + beta * (qdelay - this.qdelayOld)) / 1e9;
    p /= tuning(this.dropProb);
    if (this.dropProb >= 0.1 && p > 0.02) p = 0.02;
    this.dropProb += p;
    if (qdelay === 0 && this.qdelayOld === 0) this.dropProb *= 0.98;
    this.dropProb = Math.min(1, Math.max(0, this.dropProb));
    this.burstAllowance = Math.max(0, this.burstAllowance - tUpdate);
    if (this.dropProb === 0 && qdelay < target / 2 && this.qdelayOld < target / 2) this.burstAllowance = maxBurst;
    this.qdelayOld = qdelay;
  }
}

/** How much gentler the controller is while the drop probability is small (RFC 8033 section 4.2). */
function tuning(dropProb: number): number {
  if (dropProb < 0.000001) return 2048;
  if (dropProb < 0.00001) return 512;
  if (dropProb < 0.0001) return 128;
  if (dropProb < 0.001) return 32;
  if (dropProb < 0.01) return 8;
  if (dropProb < 0.1) return 2;
  return 1;
}

/** DQ_THRESHOLD (RFC 8033 section 5.2), bytes. */
const DQ_THRESHOLD = 16384;
const DQ_WEIGHT = DQ_THRESHOLD / 65536;

/**
 * A FIFO under PIE. The periodic updates need no timer: between two packets nothing that they read can change, so those
 * that fell due are made up, in order, before the next arrival or departure.
 */
export class PieQueue implements FlowQueue {
  private readonly fifo: Fifo;
  private readonly pie: Pie;
  private nextUpdate: Nanos;
  /** Delay of the newest departure. */
  private sojourn: Nanos = 0;
  private dqCount = -1;
  private dqStart: Nanos = 0;
  private avgDqTime: Nanos = 0;

  constructor(
    private readonly host: QueueHost,
    private readonly settings: PieSettings,
    buffer: Buffer,
  ) {
    this.fifo = new Fifo(host, buffer);
    this.pie = new Pie(host, settings);
    this.nextUpdate = host.now + settings.tUpdate;
  }

  get packets(): number {
    return this.fifo.packets;
  }

  get bytes(): number {
    return this.fifo.bytes;
  }

  get dropProb(): number {
    return this.pie.dropProb;
  }

  push(p: Packet): Drop {
    this.catchUp();
    if (!this.fifo.fits(p)) return Drop.overflow;
    if (this.pie.dropEarly(this.fifo.bytes)) {
      const { ecn, markEcnThreshold } = this.settings;
      if (!(ecn && this.pie.dropProb < markEcnThreshold && markCe(p, this.host))) return Drop.aqm;
    }
    return this.fifo.push(p);
  }

  pop(): Packet | null {
    this.catchUp();
    return this.depart();
  }

  shed(): Packet | null {
    this.catchUp();
    return this.depart();
  }

  private depart(): Packet | null {
    const { now } = this.host;
    const { headArrival, bytes } = this.fifo;
    const p = this.fifo.pop();
    if (p === null) return null;
    this.sojourn = now - headArrival;
    if (this.settings.delayBy === 'departure-rate') this.measure(p.size, bytes);
    return p;
  }

  /** RFC 8033 section 5.2: the time that DQ_THRESHOLD bytes take, averaged over busy periods. */
  private measure(size: number, backlog: number): void {
    const { now } = this.host;
    if (this.dqCount >= 0) {
      this.dqCount += size;
      if (this.dqCount >= DQ_THRESHOLD) {
        const time = ((now - this.dqStart) * DQ_THRESHOLD) / this.dqCount;
        this.avgDqTime = this.avgDqTime === 0 ? time : this.avgDqTime + DQ_WEIGHT * (time - this.avgDqTime);
        this.dqCount = -1;
      }
    }
    if (this.dqCount < 0 && backlog >= DQ_THRESHOLD) {
      this.dqStart = now;
      this.dqCount = 0;
    }
  }

  private qdelay(): Nanos {
    if (this.fifo.packets === 0) return 0;
    if (this.settings.delayBy === 'timestamp') return this.sojourn;
    return (this.fifo.bytes * this.avgDqTime) / DQ_THRESHOLD;
  }

  private catchUp(): void {
    const { now } = this.host;
    const { tUpdate } = this.settings;
    while (this.nextUpdate <= now) {
      if (this.fifo.packets === 0 && this.pie.isAtRest) {
        this.nextUpdate += tUpdate * (1 + Math.floor((now - this.nextUpdate) / tUpdate));
        return;
      }
      this.pie.update(this.qdelay());
      this.nextUpdate += tUpdate;
    }
  }
}

export const pieParams = {
  target: duration('queueing delay to hold (QDELAY_REF)', '15 ms'),
  tUpdate: duration('time between updates of the drop probability (T_UPDATE)', '15 ms'),
  alpha: number('gain on the deviation from the target, 1/s', 0.125, 0),
  beta: number('gain on the change of the delay, 1/s', 1.25, 0),
  maxBurst: duration('burst let through when the queue was not congested (MAX_BURST)', '150 ms'),
  ecn: flag('mark ECN-capable packets instead of dropping them', true),
  markEcnThreshold: number('drop probability up to which packets are marked, not dropped (section 5.1)', 0.1, 0, 1),
  derandomize: flag('keep drops from clustering or straying (section 5.4)', true),
  delayBy: choice(
    'how the queueing delay is known: of the newest departure, or from the departure rate (section 5.2)',
    ['timestamp', 'departure-rate'],
    'timestamp',
  ),
};

export const pie = defineQueue({
  summary: 'proportional integral controller enhanced: drops at arrival to hold a target delay',
  reference: 'RFC 8033',
  params: { ...pieParams, limit: limit('buffer (TAIL_DROP)', '1000 packets') },
  create: (params, host) => new PieQueue(host, params, bufferOf(params.limit, host)),
});
