import type { AnyPlugin, Factory } from './plugin';

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
