import { apps } from '../sim/apps';
import { fields, pluginChoice } from '../sim/core/choice';
import { parseDuration, parseSize } from '../sim/core/units';
import { topologies } from '../sim/net/topologies';
import type { MetricRow } from '../sim/run/messages';
import { run } from '../sim/run/run';
import type { Scenario, Session } from '../sim/scenario/scenario';
import { congestionControls } from '../sim/tcp/cc';
import { tcpParams } from '../sim/tcp/config';

/** A plugin as scenario files write it: its name, or its name with parameters. */
export type Written = string | Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface SessionText {
  readonly name: string;
  readonly congestionControl: Written;
  /** Parameters of `sim/tcp/config.ts` that differ from the defaults. */
  readonly tcp?: Readonly<Record<string, unknown>>;
  readonly path?: 'end-to-end' | 'relayed';
  readonly via?: Session['via'];
  /** Held in each of the two sockets of a relay. */
  readonly relayBuffer?: string;
  readonly app?: Written;
  /** Earliest and latest start. */
  readonly start?: readonly [string, string];
  readonly from?: string;
  readonly to?: string;
}

const network = pluginChoice(topologies, 'network');
const app = pluginChoice(apps, 'application');
const congestionControl = pluginChoice(congestionControls, 'congestion control');
const tcp = fields(tcpParams);

/** Room that never binds. */
const AMPLE = '64 MiB';

/** A session; buffers never bind unless the text says so. */
export function session(text: SessionText): Session {
  const [earliest, latest] = text.start ?? ['0 s', '2 s'];
  return {
    name: text.name,
    group: text.name,
    from: text.from ?? 'first',
    to: text.to ?? 'last',
    path: text.path ?? 'end-to-end',
    via: text.via ?? 'all',
    relay: { buffer: parseSize(text.relayBuffer ?? AMPLE) },
    transport: {
      tcp: {
        ...tcp.parse({ sendBuffer: AMPLE, receiveBuffer: AMPLE, ...text.tcp }),
        congestionControl: congestionControl.parse(text.congestionControl),
      },
    },
    app: app.parse(text.app ?? 'bulk'),
    start: { earliest: parseDuration(earliest), latest: parseDuration(latest) },
  };
}

/** A scenario that lasts `duration` and is measured from `warmup` on. */
export function scenario(
  topology: Written,
  sessions: readonly SessionText[],
  duration: string,
  warmup: string,
): Scenario {
  return {
    title: '',
    network: network.parse(topology),
    sessions: sessions.map(session),
    run: { duration: parseDuration(duration), warmup: parseDuration(warmup) },
    record: { every: parseDuration('100 ms'), series: [] },
  };
}

/** Seed of replication `n`, from 1. */
export function seedOf(n: number): readonly [number, number, number, number] {
  return [n, 0x9e3779b9, 0x7f4a7c15, 0x2545f491];
}

/** The metrics of one run, by flow and name. */
export class Measured {
  private readonly values: ReadonlyMap<string, number>;

  constructor(rows: readonly MetricRow[]) {
    this.values = new Map(rows.map((row) => [`${row.flow}.${row.metric}`, row.value]));
  }

  /** In base units. Throws if it was not measured. */
  get(flow: string, metric: string): number {
    const value = this.values.get(`${flow}.${metric}`);
    if (value === undefined) throw new Error(`no ${metric} of ${flow} was measured`);
    return value;
  }
}

/** Runs `count` replications. */
export function replicate(what: Scenario, count: number): Measured[] {
  return Array.from(
    { length: count },
    (_, i) => new Measured(run({ scenario: what, seed: seedOf(i + 1), record: false }).metrics),
  );
}
