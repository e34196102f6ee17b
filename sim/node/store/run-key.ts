import { createHash } from 'node:crypto';
import type { Scenario, Study } from '../../scenario/scenario';

/**
 * Names runs by what determines them, apart from the engine: what the point builds and measures, the seed of the study and
 * the replication. Titles, charts and other points do not count.
 */
export class RunKeys {
  private readonly plain: readonly string[];
  private readonly recorded: readonly string[];
  private ofStudy: string | undefined;

  constructor(private readonly origin: Study) {
    this.plain = origin.points.map(({ scenario }) => scenarioHash(scenario, false));
    this.recorded =
      origin.recorded.length === 0 ? [] : origin.points.map(({ scenario }) => scenarioHash(scenario, true));
  }

  /** `point` is an index; `replication` counts from 1. */
  of(point: number, replication: number): string {
    const hashes = this.origin.recorded.includes(replication) ? this.recorded : this.plain;
    return `${hashes[point]!}-${this.origin.seed}-${replication}`;
  }

  /** Points may have equal scenarios: then they share their runs. */
  pointsByHash(): PointsByHash {
    const points = new Map<string, number[]>();
    for (const hashes of [this.plain, this.recorded]) {
      hashes.forEach((hash, point) => {
        const known = points.get(hash);
        if (known === undefined) points.set(hash, [point]);
        else known.push(point);
      });
    }
    return points;
  }

  /** For each point the first one that has the same runs. */
  firstAlike(): Uint32Array {
    const first = new Map<string, number>();
    return Uint32Array.from(this.plain, (plain, point) => {
      const hashes = `${plain}${this.recorded[point] ?? ''}`;
      const known = first.get(hashes);
      if (known !== undefined) return known;
      first.set(hashes, point);
      return point;
    });
  }

  /** What the scenario of the whole study comes down to: all points in order. */
  hashOfStudy(): string {
    return (this.ofStudy ??= this.newHashOfStudy());
  }

  private newHashOfStudy(): string {
    const { points, replications, recorded, precision, interval } = this.origin;
    const rules = precision === undefined && interval === undefined ? [] : [precision, interval];
    const hash = createHash('sha256').update(JSON.stringify([replications, recorded, ...rules]));
    points.forEach(({ factors }, i) => {
      hash.update(JSON.stringify([factors, this.plain[i], this.recorded[i] ?? '']));
    });
    return hash.digest('hex').slice(0, 16);
  }
}

const known = new WeakMap<Study, RunKeys>();

/** The keys of a study; hashing thousands of points takes a while, and a study never changes. */
export function keysOf(study: Study): RunKeys {
  let keys = known.get(study);
  if (keys === undefined) known.set(study, (keys = new RunKeys(study)));
  return keys;
}

/** Indices of the points that make these runs. */
export type PointsByHash = ReadonlyMap<string, readonly number[]>;

/** The part of a key that names what is run. */
export function hashOfKey(key: string): string {
  return key.slice(0, key.indexOf('-'));
}

/** Of all that a scenario says but its title. Its time series count when they are recorded. */
export function scenarioHash(scenario: Scenario, recorded: boolean): string {
  const counts = ([field]: [string, unknown]): boolean => field !== 'title' && (recorded || field !== 'record');
  const content = Object.fromEntries(Object.entries(scenario).filter(counts));
  return createHash('sha256').update(exactJson(content)).digest('hex').slice(0, 24);
}

/** JSON in which numbers that JSON does not have are texts. */
export function exactJson(value: unknown): string {
  const text = JSON.stringify(value);
  // The quick way unless some number has become null.
  return text.includes('null') ? JSON.stringify(value, nonFiniteAsText) : text;
}

export function nonFiniteAsText(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
