import * as z from 'zod';
import { byShape } from '../core/by-shape';
import { fields } from '../core/choice';
import { integer } from '../core/params';
import type { PrecisionGoal } from '../stats/precision';
import { type Bound, parseBound } from './bound';

/*
 * `run.precision` of a scenario file: replications are made until an interval is as narrow as is wanted.
 */

const EXPECTED = 'a half-width such as 2 %, or in the unit of the metric, such as 100 kbit/s, 2 ms or 0.01';

export type HalfWidth = { readonly relative: number } | { readonly absolute: number; readonly unit: string };

const halfWidth = byShape(EXPECTED, {
  number: z
    .number()
    .positive()
    .transform((value): HalfWidth => ({ absolute: value, unit: '' })),
  text: z.string().transform((text, context): HalfWidth => {
    const share = percentOf(text);
    if (share !== undefined && share > 0) return { relative: share };
    const bound: Bound | undefined = share === undefined ? parseBound(text) : undefined;
    if (bound !== undefined && bound.value > 0) return { absolute: bound.value, unit: bound.unit };
    context.addIssue({ code: 'custom', message: `expected ${EXPECTED}`, input: text });
    return z.NEVER;
  }),
});

const probability = byShape('a probability such as 95 %', {
  number: z.number().gt(0).lt(1),
  text: z.string().transform((text, context): number => {
    const share = percentOf(text);
    if (share !== undefined && share > 0 && share < 1) return share;
    context.addIssue({ code: 'custom', message: 'expected a probability between 0 and 1, such as 95 %', input: text });
    return z.NEVER;
  }),
});

const flows = byShape('a flow, or a list of flows', {
  text: z.string().transform((name) => [name]),
  list: z.array(z.string()).min(1),
});

const mapping = fields({
  halfWidth: halfWidth.describe(
    'half of the interval that is wanted: a part of the mean, or in the unit of the metric',
  ),
  metric: z.string().default('goodput').describe('what is to be known so well'),
  flow: flows.exactOptional().describe('sessions, links or network; without it, all flows that have the metric'),
  confidence: probability.prefault('95 %').describe('of the interval'),
  max: integer('most replications of a point, however wide the interval still is', 1000, 3, 1_000_000),
});

export const precisionSchema = byShape('a half-width such as 2 %, or a mapping', {
  text: z.string().transform((text, context) => {
    const parsed = halfWidth.safeParse(text);
    if (parsed.success) return mapping.parse({ halfWidth: text });
    context.addIssue({ code: 'custom', message: `expected ${EXPECTED}`, input: text });
    return z.NEVER;
  }),
  mapping,
});

export type PrecisionFields = z.output<typeof mapping>;

/** The rule of a study; its first `replications` judge the scatter, and they are at least three. */
export function goalOf(
  { halfWidth, metric, flow, confidence, max }: PrecisionFields,
  replications: number,
): PrecisionGoal {
  const min = Math.max(3, replications);
  return { halfWidth, metric, flows: flow ?? [], confidence, min, max: Math.max(min, max) };
}

function percentOf(text: string): number | undefined {
  const match = /^\s*([0-9.]+)\s*%\s*$/.exec(text);
  return match === null ? undefined : Number(match[1]) / 100;
}
