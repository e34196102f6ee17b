import type { Choice } from '../../core/choice';
import type { Nanos } from '../../core/event-queue';
import { definer } from '../../core/plugin';

/** A network as a scenario describes it: plain data. */
export interface Network {
  readonly nodes: readonly string[];
  /** Other names of nodes: `first`, `last`. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Each stands for both directions. */
  readonly links: readonly NetworkLink[];
  /** Round-trip propagation of the longest path meant for traffic, for buffers given in BDP. */
  readonly rtt: Nanos;
}

export interface NetworkLink {
  readonly from: string;
  readonly to: string;
  /** bit/s */
  readonly rate: number;
  readonly delay: Nanos;
  /** A plugin of `sim/net/queues`. */
  readonly queue: Choice;
  /** Share of packets lost on the wire from `from` to `to`. */
  readonly loss?: number;
  /** Plugins of `sim/net/impairments` from `from` to `to`, in the order in which packets meet them. */
  readonly impairments?: readonly Choice[];
  /** What differs in the direction from `to` to `from`. */
  readonly back?: Partial<Pick<NetworkLink, 'rate' | 'delay' | 'queue' | 'loss' | 'impairments'>>;
}

/** Declares a topology: see `sim/net/topologies/index.ts` for the registry. */
export const defineTopology = definer<void, Network>();
