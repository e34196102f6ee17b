import * as z from 'zod';
import { UnitError, parseDuration, parseLimit, parseRate, parseSize } from './units';

/*
 * The kinds of parameter that plugins and scenarios are made of. Each is a zod schema that knows its text, its unit and
 * its default, from which types, errors, help, reference docs and the editor's JSON Schema are derived.
 */

/** A dimensionless number in [min, max]. */
export function number(text: string, byDefault: number, min = -Infinity, max = Infinity) {
  let schema = z.number();
  if (min > -Infinity) schema = schema.min(min);
  if (max < Infinity) schema = schema.max(max);
  return schema.default(byDefault).describe(text);
}

/** An integer in [min, max]. */
export function integer(text: string, byDefault: number, min = 0, max = 2 ** 31) {
  return z.int().min(min).max(max).default(byDefault).describe(text);
}

export function flag(text: string, byDefault: boolean) {
  return z.boolean().default(byDefault).describe(text);
}

/** One of a few names. */
export function choice<const T extends readonly [string, ...string[]]>(text: string, names: T, byDefault: T[number]) {
  return z
    .enum(names)
    .default(byDefault as never)
    .describe(text);
}

/** A time, written with its unit, in nanoseconds after parsing. */
export function duration(text: string, byDefault: string) {
  return durationSchema.prefault(byDefault).describe(text);
}

/** A size, written with its unit, in bytes after parsing. */
export function size(text: string, byDefault: string) {
  return sizeSchema.prefault(byDefault).describe(text);
}

/** A rate, written with its unit, in bit/s after parsing. */
export function rate(text: string, byDefault: string) {
  return rateSchema.prefault(byDefault).describe(text);
}

/** A buffer limit: packets, bytes, time or BDP. */
export function limit(text: string, byDefault: string) {
  return limitSchema.prefault(byDefault).describe(text);
}

export const durationSchema = withUnit(parseDuration, 'a time', '40 ms');
export const sizeSchema = withUnit(parseSize, 'a size', '64 KiB');
export const rateSchema = withUnit(parseRate, 'a rate', '10 Mbit/s');
export const limitSchema = withUnit(parseLimit, 'a buffer limit', '67 packets', '64 KiB', '100 ms', '1 BDP');

/** Metadata `quantity` names the kind, for docs. */
function withUnit<T>(parse: (text: string) => T, quantity: string, ...examples: string[]) {
  return z
    .string(`expected ${quantity} such as ${examples[0]}, with its unit`)
    .meta({ quantity, examples })
    .transform((text, context): T => {
      try {
        return parse(text);
      } catch (error) {
        if (!(error instanceof UnitError)) throw error;
        context.addIssue({ code: 'custom', message: error.message, input: text });
        return z.NEVER;
      }
    });
}
