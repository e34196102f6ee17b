import type { MetricRow } from '../sim/run/messages';
import { run } from '../sim/run/run';
import { resolve } from '../sim/scenario/resolve';
import type { Scenario } from '../sim/scenario/scenario';
import { scenarioSchema } from '../sim/scenario/schema';

/** A plugin as scenario files write it: its name, or its name with parameters. */
export type Written = string | Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A session in the words of a scenario file, less what is always the same here. */
export interface SessionText {
  readonly name: string;
  readonly congestionControl: Written;
  /** Parameters of `sim/tcp/config.ts` that differ from the defaults. */
  readonly tcp?: Readonly<Record<string, unknown>>;
  readonly path?: 'end-to-end' | 'relayed';
  readonly via?: 'all' | readonly string[];
  /** Held in each of the two sockets of a relay. */
  readonly relayBuffer?: string;
  readonly app?: Written;
  /** A time, or the earliest and the latest start; by default a random one within the first two seconds. */
  readonly start?: string | readonly [string, string];
  readonly from?: string;
  readonly to?: string;
}

/** Room that never binds. */
const AMPLE = '64 MiB';
const schema = scenarioSchema();

/** A scenario that lasts `duration` and is measured from `warmup` on. Buffers never bind unless the text says so. */
export function scenario(
  network: Written,
  sessions: readonly SessionText[],
  duration: string,
  warmup: string,
): Scenario {
  const text = {
    title: 'validation',
    network,
    transport: { tcp: { sendBuffer: AMPLE, receiveBuffer: AMPLE } },
    sessions: sessions.map((session) => {
      const { name, from = 'first', to = 'last', path = 'end-to-end', start = ['0 s', '2 s'] } = session;
      return {
        name,
        from,
        to,
        path,
        ...(path === 'relayed' ? { via: session.via ?? 'all' } : {}),
        relay: { buffer: session.relayBuffer ?? AMPLE },
        transport: { tcp: { congestionControl: session.congestionControl, ...session.tcp } },
        app: session.app ?? 'bulk',
        start: typeof start === 'string' ? start : { uniform: start },
      };
    }),
    run: { duration, warmup },
  };
  return scenarioOf(text);
}

/** A scenario as a file would say it. */
export function scenarioOf(text: Readonly<Record<string, unknown>>): Scenario {
  return resolve(schema.parse(text));
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
  return Array.from({ length: count }, (_, i) => replication(what, i + 1));
}

/** Runs replication `n`, from 1. */
export function replication(what: Scenario, n: number): Measured {
  return new Measured(run({ scenario: what, seed: seedOf(n), record: false }).metrics);
}
