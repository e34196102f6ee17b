import * as z from 'zod';
import { byShape } from '../core/by-shape';
import { parseQuantity } from '../core/units';

/** A number together with what it measures, in the unit that metrics use. */
export interface Bound {
  /** 'bit/s', 's', 'B', or '' for a plain number. */
  readonly unit: string;
  readonly value: number;
  /** As it was written. */
  readonly text: string;
}

/** What metrics are measured in. */
const UNITS = new Set(['bit/s', 's', 'B']);

const EXPECTED = 'expected a number, a rate, a time or a size, such as 0.5, 1 Mbit/s, 40 ms or 64 KiB';

/** A quantity of any kind. */
export const boundSchema = byShape(EXPECTED.replace('expected ', ''), {
  number: z.number().transform((value): Bound => ({ unit: '', value, text: String(value) })),
  text: z
    .string()
    .meta({ quantity: 'a quantity', examples: ['1 Mbit/s', '40 ms', '64 KiB'] })
    .transform((text, context): Bound => {
      const bound = parseBound(text);
      if (bound !== undefined) return bound;
      context.addIssue({ code: 'custom', message: EXPECTED, input: text });
      return z.NEVER;
    }),
});

/** Undefined when it is no quantity of any kind. */
export function parseBound(text: string): Bound | undefined {
  const quantity = parseQuantity(text);
  return quantity === undefined || !UNITS.has(quantity.unit) ? undefined : { ...quantity, text };
}
