import { definer, type ParamSpec, type Plugin } from '../../core/plugin';
import type { Admission, Queue, QueueHost } from '../queue';

/** A discipline ready for its link. The kind tells the link how it may serve it. */
export type Discipline =
  /** First come, first served up to a number of waiting packets and of waiting bytes; the link does this itself. */
  | { readonly kind: 'drop-tail'; readonly maxPackets: number; readonly maxBytes: number }
  | { readonly kind: 'admission'; readonly admission: Admission }
  | { readonly kind: 'queue'; readonly queue: Queue };

/** Declares a discipline of any kind; most are declared with `defineQueue` or `defineAdmission`. */
export const defineDiscipline = definer<QueueHost, Discipline>();

/** Declares a discipline that decides when the link asks for the next packet. */
export function defineQueue<P extends ParamSpec>(
  plugin: Plugin<P, QueueHost, Queue>,
): Plugin<P, QueueHost, Discipline> {
  return defineDiscipline({
    ...plugin,
    create: (params, host) => ({ kind: 'queue', queue: plugin.create(params, host) }),
  });
}

/** Declares a discipline that decides when the packet arrives and serves in order of arrival. */
export function defineAdmission<P extends ParamSpec>(
  plugin: Plugin<P, QueueHost, Admission>,
): Plugin<P, QueueHost, Discipline> {
  return defineDiscipline({
    ...plugin,
    create: (params, host) => ({ kind: 'admission', admission: plugin.create(params, host) }),
  });
}
