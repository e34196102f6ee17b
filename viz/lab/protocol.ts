import type { Ladder } from '../../sim/run/ladder';
import type { MetricRow } from '../../sim/run/messages';
import type { Problem } from '../../sim/scenario/problem';
import type { Setting } from '../../sim/scenario/parse';
import type { Status } from '../../sim/verdict/rule';

/*
 * What the page and its engines say to each other. Plain data: it crosses a thread boundary.
 */

/** Which run to make: a scenario, changes to it, one point of its sweep, one replication. */
export interface LoadRequest {
  /** Of the scenario: for messages and files. */
  readonly name: string;
  readonly text: string;
  readonly settings: readonly Pick<Setting, 'path' | 'value'>[];
  /** Index of the point of the sweep. */
  readonly point: number;
  /** Counted from 1. */
  readonly replication: number;
}

export type Command =
  | { readonly kind: 'load'; readonly request: LoadRequest; readonly until: number }
  /** Run to this moment, ns; earlier than now: make the run again up to there. */
  | { readonly kind: 'go'; readonly until: number }
  | { readonly kind: 'step' }
  | { readonly kind: 'inspect'; readonly target: Target | null }
  | { readonly kind: 'capture'; readonly link: string }
  /** About the whole of a run, whatever is loaded. */
  | { readonly kind: 'ladder' | 'judge'; readonly request: LoadRequest };

export type Answer =
  | { readonly kind: 'loaded'; readonly loaded: Loaded; readonly frame: Frame }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'captured'; readonly link: string; readonly bytes: Uint8Array }
  | { readonly kind: 'ladder'; readonly ladder: Ladder }
  | { readonly kind: 'judged'; readonly judgement: Judgement };

/** What does not change during a run. */
export interface Loaded {
  readonly title: string;
  readonly question: string;
  /** ns */
  readonly duration: number;
  readonly warmup: number;
  /** Round trip of the first session's path when nobody else uses it, ns. */
  readonly rtt: number;
  readonly factors: readonly { readonly name: string; readonly values: readonly (string | number)[] }[];
  /** Values of the factors at each point of the sweep. */
  readonly points: readonly Readonly<Record<string, string | number>>[];
  readonly replications: number;
  readonly nodes: readonly LabNode[];
  readonly links: readonly LabLink[];
  readonly sessions: readonly LabSession[];
}

export interface LabNode {
  readonly name: string;
  /** End point of a session, relay, or neither. */
  readonly role: 'host' | 'relay' | 'router';
}

/** One direction of a link; `from` and `to` are indices of nodes. */
export interface LabLink {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** bit/s */
  readonly rate: number;
  /** ns */
  readonly delay: number;
}

export interface LabSession {
  readonly name: string;
  /** As the scenario calls it: the same for all that a `count` makes. */
  readonly group: string;
  readonly overStreams: boolean;
  /** It goes over streams and passes a node that could end them, or one does. */
  readonly mayBeRelayed: boolean;
  /** As packets carry it. */
  readonly flow: number;
}

/** A run at one moment. */
export interface Frame {
  /** ns */
  readonly now: number;
  readonly finished: boolean;
  readonly events: number;
  /** Of all arrivals so far. */
  readonly fingerprint: string;
  /** For each packet on a wire `PACKET_NUMBERS`: link, progress 0 to 1, flow, `PacketLook` bits, number of the packet. */
  readonly packets: Float64Array;
  /** Three numbers a link: packets waiting, packets dropped so far, packets transmitted so far. */
  readonly links: Float32Array;
  /** Three numbers a node: packets dropped there so far, signalling messages that wait, bytes that its relays hold. */
  readonly nodes: Float64Array;
  /** Samples since the last frame; all of them after a load or a step back (`fresh`). */
  readonly samples: Samples;
  readonly fresh: boolean;
  readonly inspected: readonly Section[];
  /** When finished. */
  readonly result?: { readonly fingerprint: string; readonly metrics: readonly MetricRow[] };
}

/** Columns of equal length. One entry of the lists per session, and for `queue` per link. */
export interface Samples {
  readonly time: readonly number[];
  /** bit/s over the last interval */
  readonly goodput: readonly (readonly number[])[];
  /** bytes; NaN for sessions without a window */
  readonly cwnd: readonly (readonly number[])[];
  /** packets */
  readonly queue: readonly (readonly number[])[];
}

/** How many numbers a frame has of each packet. */
export const PACKET_NUMBERS = 5;

/** What can be seen of a packet: it carries data or begins a connection; a queue has set CE (RFC 3168). */
export const PacketLook = { data: 1, marked: 2 } as const;

/** Something to look at. `index` is that of the link, node or session, and of a packet its number, counted from 1. */
export interface Target {
  readonly kind: 'packet' | 'queue' | 'link' | 'node' | 'session';
  readonly index: number;
}

/** What a run says about the guidelines of the draft. */
export interface Judgement {
  readonly verdicts: readonly VerdictShown[];
  readonly presences: readonly PresenceShown[];
  /** Who between the ends could read messages, by what was in the clear and who had keys. */
  readonly readers: readonly string[];
}

export interface VerdictShown {
  readonly rule: string;
  readonly level: string;
  /** Of the draft. */
  readonly section: string;
  readonly sentence: string;
  readonly status: Status;
  readonly because: string;
  readonly evidence: readonly string[];
  /** What to do where it is broken. */
  readonly mend: string;
}

/** A node in the stream of a session. All names. */
export interface PresenceShown {
  readonly session: string;
  readonly node: string;
  readonly does: readonly string[];
  /** Ends that it has told, and that have asked for it. */
  readonly told: readonly string[];
  readonly askedBy: readonly string[];
  /** Tests that find it. */
  readonly foundBy: readonly string[];
}

/** Part of an inspector. */
export interface Section {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** One line of an inspector. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}
