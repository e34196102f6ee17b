import type { AppHost, TransportKind } from '../../apps/app';
import type { Address } from '../../core/packet';
import type { RunningSession } from '../running-session';
import type { Site } from './site';

/** What lies between the ends of a session: see `sim/scenario/paths/index.ts` for the registry. */
export interface SessionPath {
  /** One line for help and docs. */
  readonly summary: string;
  readonly reference: string;
  /** Kinds of transport it can carry. */
  readonly carries: readonly TransportKind[];
  /** Whether the nodes of `via` take part. */
  readonly hasVia: boolean;
  /** Whether connections of the client always go to one place, so that packets can trace the way there. */
  readonly hasTarget: boolean;
  /** The field of a session that says how, if any. Where no point of a study has this path, giving it is a mistake. */
  readonly settings: string | null;
  /** Sets everything up at `site`, and gives what the application opens or binds. */
  lay(site: Site, session: RunningSession): Line;
}

/** A session's way to its other end, as its application uses it; only what its transport offers is called. */
export interface Line extends Pick<AppHost, 'open' | 'bind' | 'bypass' | 'port' | 'messageRelays'> {
  /** Where the client's connections go to, if that is always the same. */
  readonly target?: { readonly address: Address; readonly port: number };
  /** Calls `then` when the way is open; without this it is open from the start. The application starts then. */
  whenReady?(then: () => void): void;
}
