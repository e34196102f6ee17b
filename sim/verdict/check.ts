import type { SeedWords } from '../core/random';
import type { Node } from '../net/node';
import { LiveRun } from '../run/live-run';
import type { MetricRow } from '../run/messages';
import type { Scenario } from '../scenario/scenario';
import { type Discovery, discoveriesOf } from './discovery';
import { type Exposure, exposuresOf } from './exposure';
import type { Interposed } from './interposed';
import { type LookResult, looksAt } from './looks';
import { Observation } from './observation';
import type { Case, Finding, Rule } from './rule';
import { rules } from './rules';
import { evidenceOf, type SessionEvidence } from './session-evidence';

/** A rule and what it finds. */
export interface Verdict {
  readonly rule: Rule;
  readonly finding: Finding;
}

/** An intermediary in the stream of sessions, and which tests tell of it. */
export interface Presence {
  readonly session: string;
  readonly interposed: Interposed;
  readonly discoveries: readonly Discovery[];
}

/** What a run says about an architecture. */
export interface Report {
  readonly verdicts: readonly Verdict[];
  readonly presences: readonly Presence[];
  /** Who could do what to each session. */
  readonly exposures: readonly { readonly session: string; readonly rows: readonly Exposure[] }[];
  readonly sessions: readonly SessionEvidence[];
  readonly metrics: readonly MetricRow[];
  /** Nodes that are no end of a session and send messages of the signalling. */
  readonly servers: readonly Node[];
  /** Packets that arrived over links. */
  readonly packets: number;
}

export interface CheckOptions {
  /** Called with the run before it begins, such as to capture it. */
  prepare?(live: LiveRun): void;
  /** Names of the sessions, or groups of them, that are judged; without it, those whose messages can be read. */
  readonly sessions?: readonly string[];
}

/** Runs one replication of a point and judges what was seen on its wires. */
export function check(scenario: Scenario, seed: SeedWords, options: CheckOptions = {}): Report {
  const run = observe(scenario, seed, options);
  const { sessions, seen, metrics } = run;
  const ends = new Set(sessions.flatMap(({ client, server }) => [client, server]));
  return {
    verdicts: rules.map((rule) => ({ rule, finding: rule.judge(run) })),
    presences: sessions.flatMap((session) =>
      session.interposed.map((interposed) => ({
        session: session.name,
        interposed,
        discoveries: discoveriesOf(seen, session, interposed, run.looks(session)),
      })),
    ),
    exposures: sessions.map((session) => ({ session: session.name, rows: run.exposures(session) })),
    sessions,
    metrics,
    servers: [...new Set(seen.sip.map(({ from }) => from))].filter((node) => !ends.has(node)),
    packets: seen.packets,
  };
}

/** A run with all its wires watched. Runs without something are made when a rule asks for them, and kept. */
export function observe(scenario: Scenario, seed: SeedWords, { prepare, sessions: judged }: CheckOptions = {}): Case {
  const live = new LiveRun({ scenario, seed, record: false });
  prepare?.(live);
  const { simulation } = live;
  const seen = new Observation(simulation);
  live.advance(live.end);
  const principals = live.sessions.map(({ spec, flow, route }) => ({
    name: spec.name,
    flow,
    client: route[0]!,
    server: route.at(-1)!,
  }));
  const groups = new Map(live.sessions.map(({ spec }) => [spec.name, spec.group]));
  const all = evidenceOf(seen, principals);
  const isJudged = ({ name }: SessionEvidence) => judged!.includes(name) || judged!.includes(groups.get(name)!);
  const exposed = new Map<SessionEvidence, readonly Exposure[]>();
  const looked = new Map<SessionEvidence, readonly LookResult[]>();
  const others = new Map<(scenario: Scenario) => Scenario, Case>();
  return {
    seen,
    scenario,
    sessions: judged === undefined ? messaging(all) : all.filter(isJudged),
    metrics: live.reply().metrics,
    exposures(session) {
      let rows = exposed.get(session);
      if (rows === undefined) exposed.set(session, (rows = exposuresOf(seen, session)));
      return rows;
    },
    looks(session) {
      let found = looked.get(session);
      if (found === undefined) looked.set(session, (found = looksAt(scenario, seed, session.name)));
      return found;
    },
    without(change) {
      let other = others.get(change);
      if (other === undefined)
        others.set(change, (other = observe(change(scenario), seed, judged === undefined ? {} : { sessions: judged })));
      return other;
    },
  };
}

/** The sessions of messages, by what was read on the wire; where no message can be read anywhere, all sessions. */
function messaging(all: readonly SessionEvidence[]): readonly SessionEvidence[] {
  const these = all.filter(
    ({ sends, sipMessages, negotiations }) => sends.length + sipMessages.length + negotiations.length > 0,
  );
  return these.length > 0 ? these : all;
}
