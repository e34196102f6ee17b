import * as z from 'zod';
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

/** What `pluginChoice` makes. */
export type ChoiceSchema<R extends Registry> = z.ZodPipe<z.ZodAny, z.ZodTransform<Choice<keyof R & string>, unknown>>;

/**
 * One plugin of `registry`, written `name` or `{ name: { parameter: value } }`. May itself be a parameter of a plugin.
 * `text` says what is chosen; `byDefault` makes the field optional.
 */
export function pluginChoice<R extends Registry>(registry: R, text: string): ChoiceSchema<R>;
export function pluginChoice<R extends Registry>(
  registry: R,
  text: string,
  byDefault: keyof R & string,
): z.ZodPrefault<ChoiceSchema<R>>;
export function pluginChoice<R extends Registry>(registry: R, text: string, byDefault?: keyof R & string) {
  // Made when first chosen: most plugins never are.
  const parameters = new Map<string, z.ZodType<Choice['params']>>();
  const schema: ChoiceSchema<R> = z.any().transform((input, context) => {
    const chosen = findChoice(registry, input, context);
    if (chosen === z.NEVER) return z.NEVER;
    const { name, params, path } = chosen;
    let known = parameters.get(name);
    if (known === undefined) parameters.set(name, (known = fields(registry[name]!.params)));
    const parsed = forward(known, params, context, path);
    return parsed === z.NEVER ? z.NEVER : { name, params: parsed };
  });
  schema.register(choices, { registry });
  return (byDefault === undefined ? schema : schema.prefault(byDefault)).describe(text);
}

/** The name and the unparsed parameters, with their place; refuses what is neither form, and unknown names. */
function findChoice<R extends Registry>(registry: R, input: unknown, context: z.RefinementCtx) {
  const names = Object.keys(registry);
  const refuse = (message: string, path: readonly string[] = []) => {
    context.addIssue({ code: 'custom', message, path: [...path], input });
    return z.NEVER;
  };
  const [name, params] = nameAndParams(input);
  if (name === undefined) return refuse(`expected ${oneOf(names)}, or { name: { parameter: value } }`);
  const path = typeof input === 'string' ? [] : [name];
  if (Object.hasOwn(registry, name)) return { name: name as keyof R & string, params, path };
  const expected = `expected ${oneOf(names)}${suggestion(name, names)}`;
  return path.length === 0 ? refuse(expected) : refuse(`unknown name; ${expected}`, path);
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

/** 'one of a, b, c', or the only one; only the first of very many. */
export function oneOf(names: readonly string[]): string {
  if (names.length === 1) return names[0]!;
  const shown =
    names.length <= MOST_NAMES ? names : [...names.slice(0, MOST_NAMES - 1), `... (${names.length} in all)`];
  return `one of ${shown.join(', ')}`;
}

const MOST_NAMES = 16;

function nameAndParams(input: unknown): readonly [name?: string, params?: unknown] {
  if (typeof input === 'string') return [input, {}];
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return [];
  const entries = Object.entries(input);
  return entries.length === 1 ? entries[0]! : [];
}
