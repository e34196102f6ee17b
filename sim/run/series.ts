import { type Nanos, Timer } from '../core/event-queue';
import type { Link } from '../net/link';
import type { Simulation } from '../net/simulation';
import type { RunningSession } from '../scenario/running-session';
import type { Scenario } from '../scenario/scenario';
import { sum } from '../stats/measures';
import type { SeriesTable } from './messages';

interface Column {
  readonly name: string;
  readonly values: number[];
  read(): number;
}

interface Recorded {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** Samples the time series that a scenario asks for. Being asked changes nothing in the run. */
export class SeriesRecorder {
  private readonly times: number[] = [];
  private readonly recorded: readonly Recorded[];
  private readonly timer: Timer;

  constructor(
    private readonly simulation: Simulation,
    sessions: readonly RunningSession[],
    private readonly record: Scenario['record'],
  ) {
    const wanted = new Set<string>(record.series);
    const of = (name: string, columns: readonly Omit<Column, 'values'>[], names: readonly string[]): Recorded => ({
      name,
      columns: columns.filter((_, i) => wanted.has(names[i]!)).map((c) => ({ ...c, values: [] })),
    });
    this.recorded = [
      ...sessions.map((s) => of(s.spec.name, sessionColumns(s, record.every), SESSION_SERIES)),
      ...simulation.links.map((link) => of(link.name, linkColumns(link), LINK_SERIES)),
    ].filter((r) => r.columns.length > 0);
    this.timer = new Timer(simulation.events, () => this.sample());
    this.timer.arm(0);
  }

  /** One table for each session and link; links that never held anything are left out. */
  tables(): SeriesTable[] {
    const isUsed = (r: Recorded): boolean => r.columns.some((c) => c.values.some((v) => v !== 0 && !Number.isNaN(v)));
    return this.recorded.filter(isUsed).map(({ name, columns }) => ({
      name,
      columns: [{ name: 'time_s', values: this.times }, ...columns.map(({ name, values }) => ({ name, values }))],
    }));
  }

  private sample(): void {
    const { now } = this.simulation.events;
    this.times.push(now / 1e9);
    for (const { columns } of this.recorded) for (const column of columns) column.values.push(column.read());
    this.timer.arm(now + this.record.every);
  }
}

/** Names of the series of a session, in the order of `sessionColumns`. */
const SESSION_SERIES = ['cwnd', 'ssthresh', 'inFlight', 'srtt', 'goodput', 'relayBuffer', 'retransmissions'] as const;

/** Of all connections that the session has at a moment: windows are added, round-trip times averaged. */
function sessionColumns(session: RunningSession, every: Nanos): Omit<Column, 'values'>[] {
  const senders = () => session.sending.flatMap(({ sender }) => sender ?? []);
  const received = increase(() => session.app.received);
  const again = increase(() => session.retransmittedSegments);
  return [
    { name: 'cwnd_bytes', read: () => sum(senders().map((sender) => sender.cc.cwnd)) },
    { name: 'ssthresh_bytes', read: () => finite(senders().map((sender) => sender.cc.ssthresh)) },
    { name: 'inFlight_bytes', read: () => sum(senders().map((sender) => sender.inFlight)) },
    { name: 'srtt_s', read: () => mean(senders().map((sender) => sender.rtt.srtt)) / 1e9 },
    { name: 'goodput_bps', read: () => (received() * 8e9) / every },
    { name: 'relayBuffer_bytes', read: () => session.relayBuffered },
    { name: 'retransmissions_packets', read: again },
  ];
}

const LINK_SERIES = ['queue', 'drops'] as const;

function linkColumns(link: Link): Omit<Column, 'values'>[] {
  return [
    { name: 'queue_packets', read: () => link.queuedPackets },
    { name: 'drops_packets', read: increase(() => link.droppedPackets) },
  ];
}

/** By how much a count has grown since it was last asked. */
function increase(count: () => number): () => number {
  let last = 0;
  return () => {
    const before = last;
    last = count();
    return last - before;
  };
}

/** ssthresh is Infinity before the first loss: there is nothing to draw. */
function finite(values: readonly number[]): number {
  const total = sum(values);
  return values.length === 0 || total === Infinity ? NaN : total;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
