import * as z from 'zod';
import { forward } from './choice';

type Shape = 'text' | 'number' | 'flag' | 'list' | 'mapping';
type Cases = Readonly<Partial<Record<Shape, z.ZodType>>>;
type OutputOf<C extends Cases> = { [K in keyof C]: C[K] extends z.ZodType ? z.output<C[K]> : never }[keyof C];

/**
 * A value whose kind selects the schema that parses it, so that an error speaks of the kind that was written instead of
 * listing what every alternative would have wanted.
 */
export function byShape<const C extends Cases>(expected: string, cases: C) {
  const schema = z.any().transform((input: unknown, context): OutputOf<C> => {
    const selected = (cases as Cases)[shapeOf(input) as Shape];
    if (selected !== undefined) return forward(selected, input, context) as OutputOf<C>;
    context.addIssue({ code: 'custom', message: `expected ${expected}`, input });
    return z.NEVER;
  });
  schema.register(alternatives, { cases });
  return schema;
}

/** The schemas that a schema made by `byShape` selects from, for whoever derives docs from it. */
export function alternativesOf(schema: z.ZodType): readonly z.ZodType[] | undefined {
  const found = alternatives.get(schema);
  return found && Object.values(found.cases as Cases);
}

const alternatives = z.registry<{ readonly cases: unknown }>();

function shapeOf(input: unknown): Shape | undefined {
  switch (typeof input) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'flag';
    default:
      if (Array.isArray(input)) return 'list';
      return typeof input === 'object' && input !== null ? 'mapping' : undefined;
  }
}
