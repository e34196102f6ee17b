import type { EventQueue, Nanos } from '../core/event-queue';
import { definer } from '../core/plugin';
import type { RandomStream } from '../core/random';
import type { TcpConnection, TcpDelegate } from '../tcp/connection';

/** What an application is given: time, chance, and connections to its other end, over whatever lies between. */
export interface AppHost {
  readonly events: EventQueue;
  readonly random: RandomStream;
  /** Metrics count from here on. */
  readonly warmup: Nanos;
  /** Opens a transport connection from the client's end towards the server's. */
  open(delegate: TcpDelegate): TcpConnection;
}

/** What an application found. `unit` is 'bit/s', 's', 'B', or '' for counts and ratios. */
export interface AppMetric {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/** Both ends of the traffic of one session: the client side opens, the server side accepts. */
export interface App {
  /** The session begins. */
  start(): void;
  /** The session ends: nothing new is sent. */
  stop(): void;
  /** The server's end of a connection that the client, or the last relay, has opened. */
  accept(connection: TcpConnection): TcpDelegate;
  /** Bytes of payload that have reached their application, both directions. */
  readonly received: number;
  metrics(): readonly AppMetric[];
}

/** Declares an application: see `sim/apps/index.ts` for the registry. */
export const defineApp = definer<AppHost, App>();
