import type { Nanos } from '../../core/event-queue';
import { exp, pow } from '../../core/maths';
import type { Packet } from '../../core/packet';
import { choice, duration, flag, limit, number } from '../../core/params';
import { type Limit, UnitError } from '../../core/units';
import { type Admission, Drop, type QueueHost } from '../queue';
import { type Buffer, bufferOf } from './buffer';
import { defineAdmission } from './define';
import { markCe } from './ecn';

/** Settings of RED; the average queue and both thresholds are in packets, or in bytes with `inBytes`. */
export interface RedSettings {
  readonly minTh: number;
  readonly maxTh: number;
  readonly wq: number;
  readonly maxP: number;
  readonly gentle: boolean;
  readonly adaptive: boolean;
  readonly interval: Nanos;
  readonly wait: boolean;
  readonly dropWhenEmpty: boolean;
  readonly inBytes: boolean;
  readonly ecn: boolean;
}

/** Random early detection (Floyd and Jacobson 1993); names as in the paper. */
export class Red implements Admission {
  /** Average queue size, packets or bytes. */
  avg = 0;
  /** Marking probability at `maxTh`; constant unless adaptive. */
  maxP: number;
  /** Packets since the last one marked or dropped; -1 below `minTh`. */
  private count = -1;
  private nextAdaptation: Nanos;

  constructor(
    private readonly host: QueueHost,
    private readonly settings: RedSettings,
    private readonly buffer: Buffer,
  ) {
    this.maxP = settings.maxP;
    this.nextAdaptation = host.now + settings.interval;
  }

  admit(p: Packet, packets: number, bytes: number, idleSince: Nanos): Drop {
    this.average(packets, bytes, idleSince);
    if (this.settings.adaptive && this.host.now >= this.nextAdaptation) this.adapt();
    if (packets >= this.buffer.maxPackets || bytes + p.size > this.buffer.maxBytes) {
      this.count = 0;
      return Drop.overflow;
    }
    const { minTh, maxTh, gentle, ecn, dropWhenEmpty } = this.settings;
    if (this.avg < minTh) {
      this.count = -1;
      return Drop.none;
    }
    // The average outlasts the queue: after a sender has halved its window it is high for many round trips.
    if (packets <= 1 && !dropWhenEmpty) return Drop.none;
    if (this.avg >= (gentle ? 2 * maxTh : maxTh)) {
      this.count = 0;
      return Drop.aqm;
    }
    this.count++;
    if (!this.host.random.chance(this.spaced(this.probability(), p))) return Drop.none;
    this.count = 0;
    // RFC 3168 section 7: above the maximum threshold, drop.
    return ecn && this.avg < maxTh && markCe(p, this.host) ? Drop.none : Drop.aqm;
  }

  /** p_b: linear to `maxP` at `maxTh`; then, if gentle, linear to 1 at twice `maxTh` (Floyd 2000). */
  probability(): number {
    const { minTh, maxTh } = this.settings;
    if (this.avg < minTh) return 0;
    if (this.avg < maxTh) return (this.maxP * (this.avg - minTh)) / (maxTh - minTh);
    return Math.min(1, this.maxP + ((1 - this.maxP) * (this.avg - maxTh)) / maxTh);
  }

  /** p_a: spreads the marks evenly over the packets since the last one (section 7 of the paper). */
  private spaced(pb: number, p: Packet): number {
    if (this.settings.inBytes) pb *= p.size / this.host.mtu;
    const expected = this.count * pb;
    if (!this.settings.wait) return expected < 1 ? pb / (1 - expected) : 1;
    if (expected < 1) return 0;
    return expected < 2 ? pb / (2 - expected) : 1;
  }

  private average(packets: number, bytes: number, idleSince: Nanos): void {
    const { wq, inBytes } = this.settings;
    if (idleSince < 0) {
      this.avg += wq * ((inBytes ? bytes : packets) - this.avg);
      return;
    }
    // As if m small packets had arrived at an empty queue while the link was idle.
    const m = ((this.host.now - idleSince) * this.host.rate) / (8e9 * this.host.mtu);
    this.avg *= pow(1 - wq, m);
  }

  /** Adaptive RED (Floyd, Gummadi and Shenker 2001): keeps the average in the middle of the thresholds. */
  private adapt(): void {
    this.nextAdaptation = this.host.now + this.settings.interval;
    const { minTh, maxTh } = this.settings;
    const low = minTh + 0.4 * (maxTh - minTh);
    const high = minTh + 0.6 * (maxTh - minTh);
    if (this.avg > high && this.maxP <= 0.5) this.maxP += Math.min(0.01, this.maxP / 4);
    else if (this.avg < low && this.maxP >= 0.01) this.maxP *= 0.9;
  }
}

export const red = defineAdmission({
  summary: 'random early detection: drops or marks with a probability that grows with the average queue',
  reference:
    'Floyd and Jacobson 1993; gentle: Floyd 2000; adaptive: Floyd, Gummadi and Shenker 2001; RFC 3168 section 7',
  params: {
    minTh: limit('average queue where dropping begins; 0 packets = from the rate (as adaptive RED does)', '5 packets'),
    maxTh: limit('average queue where the probability is maxP; 0 packets = three times minTh', '15 packets'),
    wq: number('weight of the newest queue sample; 0 = from the rate (as adaptive RED does)', 0.002, 0, 1),
    maxP: number('probability at maxTh; where it starts when adaptive', 0.1, 0, 1),
    gentle: flag('from maxTh to twice maxTh the probability rises to 1, instead of jumping', true),
    adaptive: flag('adapt maxP to keep the average half way between the thresholds', false),
    interval: duration('time between adaptations', '500 ms'),
    wait: flag('leave at least 1/p packets between two drops (as ns-2 does)', false),
    dropWhenEmpty: flag(
      'drop while at most one packet waits and only the average is high (as the paper and Linux do; ns-2 and ns-3 do not)',
      false,
    ),
    mode: choice(
      'what the average counts; bytes also scales the probability by packet size',
      ['packets', 'bytes'],
      'packets',
    ),
    ecn: flag('mark ECN-capable packets instead of dropping them while the average is below maxTh', true),
    limit: limit('buffer', '100 packets'),
  },
  create: (params, host) => {
    const inBytes = params.mode === 'bytes';
    const packetRate = host.rate / (8 * host.mtu);
    // A target delay of 5 ms, and a time constant of the average of one second's worth of packets.
    const automatic = Math.max(5, (0.005 * packetRate) / 2) * (inBytes ? host.mtu : 1);
    const minTh = threshold(params.minTh, host, inBytes) || automatic;
    const maxTh = threshold(params.maxTh, host, inBytes) || 3 * minTh;
    if (!(maxTh > minTh)) throw new UnitError('expected maxTh above minTh');
    const wq = params.wq > 0 ? params.wq : 1 - exp(-1 / packetRate);
    return new Red(host, { ...params, minTh, maxTh, wq, inBytes }, bufferOf(params.limit, host));
  },
});

function threshold(limit: Limit, host: QueueHost, inBytes: boolean): number {
  const { maxPackets, maxBytes } = bufferOf(limit, host);
  if (maxBytes === Infinity) return inBytes ? maxPackets * host.mtu : maxPackets;
  return inBytes ? maxBytes : maxBytes / host.mtu;
}
