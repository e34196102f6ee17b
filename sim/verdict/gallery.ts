import type { Choice } from '../core/choice';
import type { SeedWords } from '../core/random';
import type { MetricRow } from '../run/messages';
import { LiveRun } from '../run/live-run';
import type { Failure, Scenario } from '../scenario/scenario';
import { check, type Report } from './check';
import { readersIn, whoCan } from './readers';

/** The session that is judged in every architecture, one that carries as much as it can, and one that meets them. */
const CHAT = 'chat';
const TRANSFER = 'transfer';
const NEIGHBOUR = 'neighbour';

/** How often each intermediary and server fails in the run for availability, and for how long. */
const FAILING = { mtbf: 100e9, mttr: 10e9 } as const;
const AVAILABILITY_SPAN = 1030e9;
/** Time after which sessions are there, and time in which something is to arrive. */
const SETTLED = 30e9;
const SLOT = 5e9;

/** One architecture, as the table compares it. Null where the architecture has no such thing. */
export interface GalleryRow {
  readonly report: Report;
  /** s, from the beginning of a session to the arrival of its first message. */
  readonly setUpTime: number | null;
  /** bit/s of the transfer; null where the architecture carries no stream. */
  readonly goodput: number | null;
  /** s, mean of messages. */
  readonly delay: number | null;
  /** bit/s of the session that shares the link in the middle. */
  readonly neighbour: number | null;
  /** Who between the ends could read the content of messages, and who could change it unseen. */
  readonly readers: readonly string[];
  readonly changers: readonly string[];
  /** Part of the time in which messages arrive while intermediaries and servers fail now and then. */
  readonly availability: number;
}

/** Judges one architecture, and runs it once more while what it depends on fails. */
export function galleryRow(scenario: Scenario, seed: SeedWords): GalleryRow {
  const report = check(scenario, seed, { sessions: [CHAT] });
  const { metrics } = report;
  const of = (flow: string, ...names: string[]) => valueOf(metrics, flow, names);
  return {
    report,
    setUpTime: of(CHAT, 'firstMessageTimeMean', 'setupTime', 'messageDelayMean'),
    goodput: of(TRANSFER, 'goodput'),
    delay: of(CHAT, 'messageDelayMean', 'oneWayDelayMean'),
    neighbour: of(NEIGHBOUR, 'goodput'),
    readers: readersIn(report),
    changers: whoCan(report, 'change', 'body'),
    availability: availabilityOf(scenario, report, seed),
  };
}

/** The first of these metrics that the flow has. */
function valueOf(metrics: readonly MetricRow[], flow: string, names: readonly string[]): number | null {
  for (const name of names) {
    const found = metrics.find((row) => row.flow === flow && row.metric === name);
    if (found !== undefined) return found.value;
  }
  return null;
}

/** Part of the slots in which something arrives, in a run in which everything fails now and then that the session needs. */
function availabilityOf(scenario: Scenario, report: Report, seed: SeedWords): number {
  const nodes = new Set(report.sessions.flatMap(({ interposed }) => interposed.map(({ node }) => node.name)));
  for (const { name } of report.servers) nodes.add(name);
  const failures = [...nodes].map((name): Failure => ({ element: { kind: 'node', name }, when: FAILING }));
  const live = new LiveRun({
    scenario: {
      ...scenario,
      sessions: scenario.sessions.filter(({ group }) => group === CHAT).map((s) => ({ ...s, app: lasting(s.app) })),
      run: { ...scenario.run, duration: AVAILABILITY_SPAN },
      failures,
    },
    seed,
    record: false,
  });
  live.advance(SETTLED);
  let before = live.sessions[0]!.app.received;
  let good = 0;
  let slots = 0;
  while (!live.isFinished) {
    live.advance(live.now + SLOT);
    const { received } = live.sessions[0]!.app;
    if (received > before) good++;
    before = received;
    slots++;
  }
  return good / slots;
}

/** The same application, busy to the end: new sessions all the time, or messages without end. */
function lasting(app: Choice): Choice {
  const more: Readonly<Record<string, Choice['params']>> = {
    'im-session': { users: 20, rate: 0.2, messages: 10, gap: 1e9 },
    paging: { users: 4, messages: 0, gap: 4e9 },
  };
  return { ...app, params: { ...app.params, ...more[app.name] } };
}
