import type { EventQueue } from '../core/event-queue';
import { definer } from '../core/plugin';
import type { RandomStream } from '../core/random';
import type { Prefix } from '../net/addressing';
import type { Middlebox, Node } from '../net/node';
import type { Simulation } from '../net/simulation';

/** What a middlebox is given: the node that it sits on, time, and chance. */
export interface MiddleboxHost {
  readonly simulation: Simulation;
  readonly events: EventQueue;
  readonly node: Node;
  readonly random: RandomStream;
}

/** A middlebox that a scenario has put on a node. */
export interface NodeMiddlebox extends Middlebox {
  /** Begins anew, with the loss of all state. */
  restart?(): void;
  /** For one that translates addresses: the realm behind it. */
  readonly realm?: { readonly inside: ReadonlySet<Node>; readonly prefix: Prefix };
  /** A process on the node that can fail by itself, without what it has set up. */
  readonly control?: { readonly process: { crash(): void }; readonly listening: { start(): void; stop(): void } };
  /** What it found, from the beginning of the run; `unit` is '' for counts. */
  metrics?(): readonly MiddleboxMetric[];
}

export interface MiddleboxMetric {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/** Declares a middlebox; null from `create` means that packets pass as on a plain router. See `sim/middlebox/index.ts`. */
export const defineMiddlebox = definer<MiddleboxHost, NodeMiddlebox | null>();
