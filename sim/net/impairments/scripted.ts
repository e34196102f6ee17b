import * as z from 'zod';
import { fields } from '../../core/choice';
import type { Clock, Nanos } from '../../core/event-queue';
import { type Packet, Protocol } from '../../core/packet';
import { durationSchema } from '../../core/params';
import type { PacketFilter } from '../impairment';
import { Drop } from '../queue';
import { defineImpairment } from './define';

const CONDITIONS = ['packets', 'every', 'sequence', 'during'] as const;

const rule = fields({
  packets: z.array(z.int().min(1)).min(1).exactOptional().describe('these data packets, counted from 1 as they pass'),
  every: z.int().min(1).exactOptional().describe('one data packet in so many'),
  sequence: z
    .array(z.int().min(1))
    .min(1)
    .exactOptional()
    .describe('TCP segments that carry these bytes of the stream, counted from 1'),
  during: z
    .tuple([durationSchema, durationSchema])
    .exactOptional()
    .describe('every packet that leaves the transmitter from the first time until before the second'),
  times: z
    .enum(['once', 'always'])
    .default('once')
    .describe('for sequence: only the first segment with each byte, or its retransmissions too'),
  sessions: z
    .array(z.int().min(1))
    .exactOptional()
    .describe('only packets of these sessions, by number; they alone count'),
}).superRefine((given, context) => {
  const conditions = CONDITIONS.filter((name) => given[name] !== undefined);
  if (conditions.length !== 1) {
    const message = `expected exactly one of ${CONDITIONS.join(', ')}`;
    context.addIssue({ code: 'custom', message });
  }
  if (given.during !== undefined && given.during[0] >= given.during[1]) {
    context.addIssue({ code: 'custom', message: 'expected a later end than its beginning', path: ['during', 1] });
  }
});

type Rule = z.output<typeof rule>;

/** Loses what its rules say. */
class ScriptedLoss implements PacketFilter {
  constructor(private readonly rules: readonly RunningRule[]) {}

  judge(p: Packet): Drop {
    let lost: Drop = Drop.none;
    // Every rule counts every packet, whatever the others do with it.
    for (const rule of this.rules) if (rule.loses(p)) lost = Drop.loss;
    return lost;
  }
}

class RunningRule {
  /** Data packets that have passed. */
  private passed = 0;
  private readonly packets: ReadonlySet<number>;
  private readonly every: number;
  private readonly sequence: number[];
  private readonly from: Nanos;
  private readonly until: Nanos;
  private readonly once: boolean;
  private readonly sessions: readonly number[] | null;

  constructor(
    rule: Rule,
    private readonly clock: Clock,
  ) {
    this.packets = new Set(rule.packets ?? []);
    this.every = rule.every ?? 0;
    this.sequence = [...(rule.sequence ?? [])];
    [this.from, this.until] = rule.during ?? [Infinity, Infinity];
    this.once = rule.times === 'once';
    this.sessions = rule.sessions ?? null;
  }

  loses(p: Packet): boolean {
    if (this.sessions !== null && !this.sessions.includes(p.flow)) return false;
    if (this.from <= this.clock.now && this.clock.now < this.until) return true;
    if (p.length > 0) {
      this.passed++;
      if (this.packets.has(this.passed) || (this.every > 0 && this.passed % this.every === 0)) return true;
    }
    return this.sequence.length > 0 && p.protocol === Protocol.tcp && this.carriesByte(p);
  }

  private carriesByte(p: Packet): boolean {
    const { sequence } = this;
    let carries = false;
    for (let i = sequence.length - 1; i >= 0; i--) {
      if (sequence[i]! < p.seq || sequence[i]! >= p.seq + p.length) continue;
      carries = true;
      if (!this.once) break;
      sequence[i] = sequence[sequence.length - 1]!;
      sequence.pop();
    }
    return carries;
  }
}

export const scripted = defineImpairment({
  summary: 'loses the packets that it is told to: by number, by sequence number or by time',
  reference: 'Fall and Floyd 1996, Simulation-based comparisons of Tahoe, Reno and SACK TCP',
  params: { drop: z.array(rule).min(1).describe('what to lose; each rule for itself') },
  create: ({ drop }, host) => ({
    kind: 'filter',
    filter: new ScriptedLoss(drop.map((rule) => new RunningRule(rule, host))),
  }),
});
