import { definer } from '../../core/plugin';
import type { Measured } from '../measured';
import type { Node } from '../../net/node';
import type { SipConfig, SipElement } from '../../sip/element';
import type { Hosts } from '../../sip/hosts';
import type { Routing } from '../../sip/routing';

/** What a server is made from. */
export interface RoleHost {
  readonly node: Node;
  readonly hosts: Hosts;
  readonly config: SipConfig;
  readonly routing: Routing;
}

/** A server that stands: its core is behind its element. */
export interface Role {
  readonly element: SipElement;
  /** What this kind of server found, from the beginning of the run. */
  metrics?(): readonly RoleMetric[];
}

export type RoleMetric = Omit<Measured, 'flow'>;

/** Declares what a server can be: see `index.ts` for the registry. */
export const defineRole = definer<RoleHost, Role>();
