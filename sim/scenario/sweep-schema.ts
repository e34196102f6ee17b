import * as z from 'zod';
import { byShape } from '../core/by-shape';
import { fields } from '../core/choice';
import { choice } from '../core/params';

/*
 * The part of a scenario file that says what to vary. `factors.ts` gives it its meaning.
 */

const factorValue = byShape('a name, a number, a quantity, true or false', {
  text: z.string(),
  number: z.number(),
  flag: z.boolean(),
});

const bound = byShape('a number, or a quantity with its unit', { text: z.string(), number: z.number() });

const range = fields({
  from: bound.describe('first value; its unit is that of all values'),
  to: bound.describe('last value'),
  step: bound.exactOptional().describe('from one value to the next: a difference; on a log scale a factor'),
  count: z.int().min(1).max(100_000).exactOptional().describe('how many values, in place of a step'),
  scale: choice('equal differences, or equal ratios', ['linear', 'log'], 'linear'),
});

const matched = byShape('a value of the factor, or a list of values', {
  text: z.string(),
  number: z.number(),
  list: z.array(byShape('a value of the factor', { text: z.string(), number: z.number() })).min(1),
});

/** Values of factors that a combination must have. */
const condition = z.record(z.string(), matched);

export const factorSchema = fields({
  set: byShape('a dotted path, or a list of dotted paths', { text: z.string(), list: z.array(z.string()).min(1) })
    .exactOptional()
    .describe(
      'the field to vary, as a dotted path, or several that take the same value; list elements go by name or index',
    ),
  values: byShape('a list of values, or a range such as { from: 10 ms, to: 100 ms, step: 10 ms }', {
    list: z.array(factorValue).min(1),
    mapping: range,
  })
    .exactOptional()
    .describe('the values it takes: a list or a range'),
  sets: z
    .record(z.string(), z.record(z.string(), z.any()))
    .meta({ kind: 'a mapping of names: dotted paths with their values' })
    .exactOptional()
    .describe('in place of set and values: named sets of fields that change together'),
  with: z
    .string()
    .exactOptional()
    .describe('a factor above with equally many values, with which this one moves value by value'),
  when: condition
    .meta({ kind: 'a mapping of factors: a value, or a list of values' })
    .exactOptional()
    .describe('vary only where factors above have these values; elsewhere the field stays as the scenario has it'),
});

export const excludeSchema = z.array(condition.meta({ kind: 'a mapping of factors: a value, or a list of values' }));

export type FactorFields = z.output<typeof factorSchema>;
export type RangeFields = z.output<typeof range>;
export type Condition = z.output<typeof condition>;
