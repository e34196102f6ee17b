import * as z from 'zod';
import { alternativesOf } from '../core/by-shape';
import { registryOf, type Registry } from '../core/choice';

/** What a person should know about one field of a scenario. */
export interface Field {
  readonly name: string;
  /** What it means. */
  readonly text: string;
  /** What may be written: 'a rate such as 10 Mbit/s'. */
  readonly kind: string;
  /** As it would be written; undefined when there is none. */
  readonly byDefault: unknown;
  readonly required: boolean;
  /** Fields of the mapping, or of the mappings in the list, that is written here. */
  readonly children: readonly Field[];
  /** What is chosen from here. */
  readonly registry?: Registry;
}

/** The fields of a mapping. */
export function outline(schema: z.ZodObject): Field[] {
  return Object.entries(schema.shape).map(([name, field]) => fieldOf(name, field as z.ZodType));
}

/** The parameters of a plugin. */
export function outlineOf(params: Readonly<Record<string, z.ZodType>>): Field[] {
  return Object.entries(params).map(([name, field]) => fieldOf(name, field));
}

function fieldOf(name: string, schema: z.ZodType): Field {
  const { inner, byDefault, text, optional } = unwrapped(schema);
  const registry = registryOf(inner);
  const element = elementOf(inner);
  const elementRegistry = element && registryOf(element);
  return {
    name,
    text,
    kind: kindOf(inner),
    byDefault,
    required: !optional && byDefault === undefined,
    children: childrenOf(element ?? inner),
    ...((registry ?? elementRegistry) ? { registry: (registry ?? elementRegistry)! } : {}),
  };
}

/** The schema below defaults, the default, and the description closest to the surface. */
function unwrapped(schema: z.ZodType): { inner: z.ZodType; byDefault: unknown; text: string; optional: boolean } {
  let inner = schema;
  let optional = false;
  let byDefault: unknown;
  let text = '';
  for (;;) {
    if (text === '') text = inner.meta()?.description ?? '';
    if (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
      byDefault ??= inner.def.defaultValue;
      inner = inner.unwrap() as z.ZodType;
    } else if (inner instanceof z.ZodOptional || inner instanceof z.ZodExactOptional) {
      optional = true;
      inner = inner.unwrap() as z.ZodType;
    } else return { inner, byDefault, text, optional };
  }
}

function elementOf(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return unwrapped(schema.element as z.ZodType).inner;
  if (schema instanceof z.ZodRecord) return unwrapped(schema.valueType as z.ZodType).inner;
  return undefined;
}

function childrenOf(schema: z.ZodType): Field[] {
  if (schema instanceof z.ZodObject) return outline(schema);
  return (alternativesOf(schema) ?? []).flatMap((alternative) => {
    const { inner } = unwrapped(alternative);
    return childrenOf(elementOf(inner) ?? inner);
  });
}

function kindOf(schema: z.ZodType): string {
  const registry = registryOf(schema);
  if (registry !== undefined) return `one of ${Object.keys(registry).join(', ')}`;
  const alternatives = alternativesOf(schema);
  if (alternatives !== undefined) return alternatives.map((one) => kindOf(unwrapped(one).inner)).join(', or ');
  const { quantity, examples, kind } = schema.meta() ?? {};
  if (typeof quantity === 'string') return `${quantity} such as ${(examples as string[]).join(', ')}`;
  if (typeof kind === 'string') return kind;
  if (schema instanceof z.ZodPipe) return kindOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodEnum) return `one of ${schema.options.join(', ')}`;
  if (schema instanceof z.ZodLiteral) return [...schema.values].join(', ');
  if (schema instanceof z.ZodNumber) return numberKind(schema);
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodUnion)
    return schema.options.map((one) => kindOf(unwrapped(one as z.ZodType).inner)).join(', or ');
  if (schema instanceof z.ZodArray) return `a list: ${kindOf(unwrapped(schema.element as z.ZodType).inner)}`;
  if (schema instanceof z.ZodRecord)
    return `a mapping of names: ${kindOf(unwrapped(schema.valueType as z.ZodType).inner)}`;
  if (schema instanceof z.ZodTuple) {
    return `[${schema.def.items.map((item) => kindOf(unwrapped(item as z.ZodType).inner)).join(', ')}]`;
  }
  if (schema instanceof z.ZodObject) return 'a mapping';
  return 'text';
}

function numberKind(schema: z.ZodNumber): string {
  const { minValue, maxValue } = schema;
  const kind = schema.isInt ? 'an integer' : 'a number';
  const least = minValue !== null && minValue > Number.MIN_SAFE_INTEGER ? minValue : undefined;
  const most = maxValue !== null && maxValue < 2 ** 31 ? maxValue : undefined;
  if (least !== undefined && most !== undefined) return `${kind} from ${least} to ${most}`;
  if (least !== undefined) return `${kind} of at least ${least}`;
  return most === undefined ? kind : `${kind} of at most ${most}`;
}
