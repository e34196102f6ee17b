import * as z from 'zod';
import { type Packet, Protocol } from '../../core/packet';
import { sizeSchema } from '../../core/params';
import { UnitError } from '../../core/units';
import type { Classifier } from './classifier';

const PROTOCOLS = Object.keys(Protocol) as (keyof typeof Protocol)[];

/** One class of traffic: packets that agree with every condition given. */
export const trafficClassSchema = z.strictObject({
  protocol: z.enum(PROTOCOLS).optional().describe('transport protocol'),
  sessions: z.array(z.int().min(0)).optional().describe('accounting numbers of sessions'),
  ports: z.array(z.int().min(0).max(65535)).optional().describe('source or destination ports'),
  maxSize: sizeSchema.optional().describe('packets no larger than this'),
  weight: z.number().positive().default(1).describe('share of the link, where the discipline has shares'),
});
export type TrafficClass = z.output<typeof trafficClassSchema>;

/** A list of traffic classes as a parameter. */
export function classes(text: string, byDefault: readonly z.input<typeof trafficClassSchema>[]) {
  return z
    .array(trafficClassSchema)
    .prefault([...byDefault])
    .describe(text);
}

/** The first class that a packet agrees with; the last class takes what no class does. Throws `UnitError` if there is none. */
export class ClassClassifier implements Classifier {
  private readonly rules: readonly Rule[];

  constructor(private readonly classes: readonly TrafficClass[]) {
    if (classes.length === 0) throw new UnitError('expected at least one traffic class');
    this.rules = classes.map((c) => new Rule(c));
  }

  classify(p: Packet): number {
    const last = this.rules.length - 1;
    for (let i = 0; i < last; i++) if (this.rules[i]!.accepts(p)) return i;
    return last;
  }

  weight(index: number): number {
    return this.classes[index]!.weight;
  }
}

class Rule {
  private readonly protocol: number;
  private readonly sessions: readonly number[] | null;
  private readonly ports: readonly number[] | null;
  private readonly maxSize: number;

  constructor(rule: TrafficClass) {
    this.protocol = rule.protocol === undefined ? -1 : Protocol[rule.protocol];
    this.sessions = rule.sessions ?? null;
    this.ports = rule.ports ?? null;
    this.maxSize = rule.maxSize ?? Infinity;
  }

  accepts(p: Packet): boolean {
    return (
      (this.protocol < 0 || p.protocol === this.protocol) &&
      p.size <= this.maxSize &&
      (this.sessions === null || this.sessions.includes(p.flow)) &&
      (this.ports === null || this.ports.includes(p.srcPort) || this.ports.includes(p.dstPort))
    );
  }
}
