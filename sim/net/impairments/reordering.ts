import * as z from 'zod';
import { type Nanos, Timer } from '../../core/event-queue';
import type { Packet } from '../../core/packet';
import { duration, number } from '../../core/params';
import { PacketRing } from '../../core/ring';
import { parseLimit, UnitError } from '../../core/units';
import { DelayLine } from '../delay-line';
import type { ImpairmentHost, WireStage } from '../impairment';
import { defineImpairment } from './define';

/** Holds chosen packets back by a time. */
class ReorderingByTime implements WireStage {
  private readonly line: DelayLine;

  constructor(
    private readonly share: number,
    private readonly by: Nanos,
    private readonly host: ImpairmentHost,
  ) {
    this.line = new DelayLine(host.events, host);
  }

  take(p: Packet): void {
    const { host } = this;
    if (host.random.chance(this.share)) this.line.hold(p, host.now + this.by);
    else host.pass(p);
  }
}

/** Holds chosen packets back until others, not held back themselves, have passed. */
class ReorderingByPackets implements WireStage {
  private passed = 0;
  /** The same packets in both: with the latest moment to hand them on, and with the value of `passed` they wait for. */
  private readonly byTime = new PacketRing();
  private readonly byCount = new PacketRing();
  private readonly timer: Timer;

  constructor(
    private readonly share: number,
    private readonly by: number,
    private readonly atMost: Nanos,
    private readonly host: ImpairmentHost,
  ) {
    this.timer = new Timer(host.events, () => this.expire());
  }

  take(p: Packet): void {
    const { host, byTime, byCount } = this;
    if (host.random.chance(this.share)) {
      if (byTime.length === 0) this.timer.arm(host.now + this.atMost);
      byTime.push(p, host.now + this.atMost);
      byCount.push(p, this.passed + this.by);
      return;
    }
    this.passed++;
    host.pass(p);
    if (byCount.length === 0) return;
    while (byCount.headArrival <= this.passed) this.release();
    this.rearm();
  }

  private expire(): void {
    while (this.byTime.headArrival <= this.host.now) this.release();
    this.rearm();
  }

  private release(): void {
    this.byCount.shift();
    this.host.pass(this.byTime.shift()!);
  }

  private rearm(): void {
    if (this.byTime.length === 0) this.timer.disarm();
    else this.timer.arm(this.byTime.headArrival);
  }
}

const EXPECTED = 'expected a time or a number of packets, such as 5 ms or 3 packets';

const distance = z
  .string(EXPECTED)
  .meta({ quantity: 'a time or a number of packets', examples: ['5 ms', '3 packets'] })
  .transform((text, context) => {
    try {
      const { unit, value } = parseLimit(text);
      if ((unit === 'packets' || unit === 'nanoseconds') && value > 0) return { unit, value };
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
    }
    context.addIssue({ code: 'custom', message: EXPECTED, input: text });
    return z.NEVER;
  });

export const reordering = defineImpairment({
  summary: 'holds some packets back while others pass them',
  reference: 'RFC 4737; RFC 5236',
  params: {
    share: number('share of packets held back', 0.01, 0, 1),
    by: distance.prefault('3 packets').describe('how far: a time, or packets that pass in the meantime'),
    atMost: duration('longest time to wait for packets to pass', '100 ms'),
  },
  create: ({ share, by, atMost }, host) => ({
    kind: 'stage',
    stage:
      by.unit === 'packets'
        ? new ReorderingByPackets(share, by.value, atMost, host)
        : new ReorderingByTime(share, by.value, host),
  }),
});
