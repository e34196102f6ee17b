import type { Choice } from '../core/choice';
import type { Nanos } from '../core/event-queue';
import type { PrecisionGoal } from '../stats/precision';
import type { SignallingFields } from '../signalling/params';
import type { Bound } from './bound';
import type { ScenarioFile, SessionFields } from './schema';
import type { TransportName } from './transports';

/**
 * One point of a study, ready to be built: every default filled in, every value in base units (nanoseconds, bytes,
 * bit/s). Plain data, so that it can be hashed and posted to a worker.
 */
export interface Scenario {
  readonly title: string;
  readonly network: Choice;
  /** Plugins of `sim/middlebox`, by the name or alias of the node that they are on. */
  readonly middleboxes: Readonly<Record<string, Choice>>;
  readonly sessions: readonly Session[];
  /** Absent: no servers, and the timers of RFC 3261. `tcp`: of SIP over TCP. */
  readonly signalling?: SignallingFields & Pick<ScenarioFile['transport'], 'tcp'>;
  readonly failures: readonly Failure[];
  /** Time after which routes follow a failure; absent: they do not. */
  readonly reroute?: Nanos;
  readonly run: { readonly duration: Nanos; readonly warmup: Nanos };
  readonly measure: ScenarioFile['measure'];
  readonly record: Pick<ScenarioFile['record'], 'every' | 'series'>;
}

/** Something that fails: once, or again and again. */
export interface Failure {
  readonly element:
    | { readonly kind: 'node' | 'relay'; readonly name: string }
    | { readonly kind: 'link'; readonly between: readonly [string, string] };
  /** Infinity: it does not come back. */
  readonly when: { readonly at: Nanos; readonly for: Nanos } | { readonly mtbf: Nanos; readonly mttr: Nanos };
}

/** Traffic between two nodes. `count: n` in a scenario file becomes n of these, named NAME-1 ... NAME-n. */
export interface Session {
  readonly name: string;
  /** The name in the scenario file; differs from `name` when `count` is above 1. */
  readonly group: string;
  /** Node names or aliases of the topology. */
  readonly from: string;
  readonly to: string;
  readonly path: SessionFields['path'];
  /** Nodes that take part, in order from `from` to `to`; empty where the path has none. 'all' = every node between. */
  readonly via: 'all' | readonly string[];
  readonly relay: SessionFields['relay'];
  readonly traversal: SessionFields['traversal'];
  readonly msrpRelays: SessionFields['msrpRelays'];
  /** A plugin of `sim/tunnel`. */
  readonly tunnel: Choice;
  readonly circuit: SessionFields['circuit'];
  readonly onion: SessionFields['onion'];
  readonly transport: ScenarioFile['transport'] & { readonly protocol: TransportName };
  readonly security: SessionFields['security'];
  readonly app: Choice;
  /** The session starts at a moment drawn uniformly from this interval; equal ends mean a fixed start. */
  readonly start: { readonly earliest: Nanos; readonly latest: Nanos };
  /** Absent: it runs to the end. */
  readonly stop?: Nanos;
  /** Nodes that relay in place of `via` after a loss; empty for none. */
  readonly backup: readonly string[];
  /** Relays may not change the protocol. */
  readonly fixedTransport: boolean;
  /** What differs on each leg of a relayed path, from the first on; fewer than legs where nothing more does. */
  readonly legs: readonly (Omit<SessionFields['legs'][number], 'protocol'> & { readonly protocol: TransportName })[];
}

/** A scenario file after parsing: what is common to all points, and the points. */
export interface Study {
  /** Short name, for folders: that of the file, without folder and ending. */
  readonly name: string;
  readonly title: string;
  readonly question: string;
  /** The file as data, with the changes of the command line made: parsing it again gives this study. */
  readonly source: unknown;
  /** Texts of the files that it names, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Of each point; at least so many when `precision` asks for more. */
  readonly replications: number;
  /** Replications are made until intervals are narrow enough. */
  readonly precision?: PrecisionGoal;
  /** How intervals over replications are made; Student's unless told otherwise. */
  readonly interval?: 'student' | 'bca';
  /** Replications whose time series are recorded, counted from 1. */
  readonly recorded: readonly number[];
  /** Swept factors, slowest first, with the values they take. */
  readonly factors: readonly { readonly name: string; readonly values: readonly FactorValue[] }[];
  readonly points: readonly Point[];
  readonly charts: readonly Choice[];
  readonly expect: readonly Expectation[];
  readonly breaks: readonly Break[];
}

/** A change that takes the mechanism of a study away, so that its expectations can be seen to fail. */
export interface Break {
  readonly name: string;
  /** Dotted paths of the scenario with their values as YAML. */
  readonly changes: readonly { readonly path: string; readonly value: string }[];
}

export type FactorValue = string | number;

/** One combination of the swept factors. */
export interface Point {
  readonly factors: Readonly<Record<string, FactorValue>>;
  readonly scenario: Scenario;
}

/** A bound on the mean over replications, at every point that matches `at`. */
export interface Expectation {
  readonly metric: string;
  readonly flow: string;
  readonly at: Readonly<Record<string, FactorValue>>;
  readonly atLeast?: Bound;
  readonly atMost?: Bound;
  /** The mean is no further from the law of factor `of` than this part of it. */
  readonly near?: { readonly law: Choice; readonly of: string; readonly within: number };
}
