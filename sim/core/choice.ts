import { z } from 'zod';
import { suggestion } from './did-you-mean';
import type { AnyPlugin, Factory, ParamSpec } from './plugin';

/** Plugins by the name that scenarios use. */
export type Registry<Host = never, T = unknown> = Readonly<Record<string, AnyPlugin<Host, T>>>;

/** One plugin of a registry with its parameters, parsed to base units. Plain data: it can be hashed and posted to a worker. */
export interface Choice<Name extends string = string> {
  readonly name: Name;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Turns a choice into a factory; its parameters are those that `pluginChoice` has parsed. */
export function factoryOf<Host, T>(registry: Registry<Host, T>, choice: Choice): Factory<Host, T> {
  const plugin = registry[choice.name];
  if (plugin === undefined) throw new Error(`no plugin is called ${choice.name}`);
  return (host) => plugin.create(choice.params, host);
}

/** A mapping with exactly these fields. Unknown ones are refused, one line of the message for each. */
export function fields<P extends ParamSpec>(params: P) {
  const known = Object.keys(params);
  return z.strictObject(params, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => unknownField(key, known)).join('\n') : undefined,
  });
}

/**
 * One plugin of `registry`, written `name` or `{ name: { parameter: value } }`. May itself be a parameter of a plugin.
 * `text` says what is chosen; `byDefault` makes the field optional.
 */
export function pluginChoice<R extends Registry>(registry: R, text: string, byDefault?: keyof R & string) {
  type Result = Choice<keyof R & string>;
  const names = Object.keys(registry);
  const schema = z.any().transform((input: unknown, context): Result => {
    const [name, params] = nameAndParams(input);
    if (name === undefined) {
      context.addIssue({
        code: 'custom',
        message: `expected ${oneOf(names)}, or { name: { parameter: value } }`,
        input,
      });
      return z.NEVER;
    }
    const plugin = Object.hasOwn(registry, name) ? registry[name] : undefined;
    if (plugin === undefined) {
      const path = typeof input === 'string' ? [] : [name];
      const message = `${path.length > 0 ? 'unknown name; ' : ''}expected ${oneOf(names)}${suggestion(name, names)}`;
      context.addIssue({ code: 'custom', message, path, input });
      return z.NEVER;
    }
    const parsed = forward(fields(plugin.params), params, context, typeof input === 'string' ? [] : [name]);
    return parsed === z.NEVER ? z.NEVER : { name, params: parsed };
  });
  schema.register(choices, { registry });
  return (byDefault === undefined ? schema : schema.prefault(byDefault)).describe(text);
}

/** The registry that a schema made by `pluginChoice` chooses from, for whoever derives docs from it. */
export function registryOf(schema: z.ZodType): Registry | undefined {
  return choices.get(schema)?.registry as Registry | undefined;
}

const choices = z.registry<{ readonly registry: unknown }>();

/** Parses `input` within a transform; problems are reported at `path` below it. Returns `z.NEVER` when there were any. */
export function forward<S extends z.ZodType>(
  schema: S,
  input: unknown,
  context: z.RefinementCtx,
  path: readonly PropertyKey[] = [],
): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    context.issues.push({ ...issue, input, path: [...path, ...issue.path] } as never);
  }
  return z.NEVER;
}

function unknownField(key: string, known: readonly string[]): string {
  return known.length === 0
    ? 'unknown field; nothing can be set here'
    : `unknown field; expected ${oneOf(known)}${suggestion(key, known)}`;
}

/** 'one of a, b, c', or the only one. */
export function oneOf(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `one of ${names.join(', ')}`;
}

function nameAndParams(input: unknown): readonly [name?: string, params?: unknown] {
  if (typeof input === 'string') return [input, {}];
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return [];
  const entries = Object.entries(input);
  return entries.length === 1 ? entries[0]! : [];
}
