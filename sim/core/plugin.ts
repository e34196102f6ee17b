import * as z from 'zod';

/** Declared parameters: name to zod schema. `sim/core/params.ts` has the usual kinds; every one has a default and a text. */
export type ParamSpec = Readonly<Record<string, z.ZodType>>;
/** What `create` receives: parsed values in base units (nanoseconds, bytes, bit/s). */
export type ParamsOf<P extends ParamSpec> = { readonly [K in keyof P]: z.output<P[K]> };

/**
 * Anything that a scenario can choose by name: a congestion control, a queue discipline, a topology, an application.
 * One file declares it; one line in the registry beside it makes it known to scenarios, errors, help and docs.
 */
export interface Plugin<P extends ParamSpec, Host, T> {
  /** One line for help and docs. */
  readonly summary: string;
  /** RFC section or paper. */
  readonly reference: string;
  readonly params: P;
  create(params: ParamsOf<P>, host: Host): T;
}

/** A plugin whose parameter types are no longer of interest. */
export type AnyPlugin<Host, T> = Plugin<ParamSpec, Host, T>;

/** A plugin with its parameters chosen: makes instances. */
export type Factory<Host, T> = (host: Host) => T;

/** Binds parsed parameters, keeping the types of one plugin together. */
export function bind<Host, T>(plugin: AnyPlugin<Host, T>, params: unknown): Factory<Host, T> {
  // used once: no function is compiled for it
  const values = z.strictObject(plugin.params).parse(params, { jitless: true });
  return (host) => plugin.create(values, host);
}

/** Declares a plugin; `Host` and `T` are fixed by the helpers of each registry (`defineCongestionControl` ...). */
export function definer<Host, T>(): <P extends ParamSpec>(plugin: Plugin<P, Host, T>) => Plugin<P, Host, T> {
  return (plugin) => plugin;
}
