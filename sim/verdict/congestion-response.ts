import type { Nanos } from '../core/event-queue';
import type { Leg } from './legs';
import type { Observation } from './observation';

/** What a sender does when its packets are lost. */
export interface CongestionResponse {
  readonly losses: number;
  /** Bytes sent in the time after a loss over those in the same time before it, mean over the losses. */
  readonly ratio: number;
}

/** Longer than a loss takes to be noticed on the paths of the gallery, shorter than a recovery takes. */
const SPAN: Nanos = 500e6;
/** Fewer losses tell nothing. */
const LEAST = 3;

/** Null where too few packets of the leg were lost to say. */
export function responseTo(seen: Observation, leg: Leg): CongestionResponse | null {
  const drops = seen.drops.get(leg) ?? [];
  // losses close together are one
  const times: Nanos[] = [];
  for (const { at } of drops) if (times.length === 0 || at - times.at(-1)! > 2 * SPAN) times.push(at);
  const sums = times.map((at) => [leg.sentIn(at - SPAN, at), leg.sentIn(at + SPAN, at + 2 * SPAN)] as const);
  const counted = sums.filter(([before]) => before > 0);
  if (counted.length < LEAST) return null;
  return { losses: counted.length, ratio: counted.reduce((sum, [before, after]) => sum + after / before, 0) / counted.length }; // prettier-ignore
}
