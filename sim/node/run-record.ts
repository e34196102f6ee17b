import { createHash } from 'node:crypto';
import type { PointResult, StudySource } from '../run/messages';
import { scenariosOf } from '../run/scenario-at';
import type { Scenario } from '../scenario/scenario';
import type { TextFile } from './draft-folder';
import type { Provenance } from './provenance';

/**
 * Writes `run.json`, point by point: enough to know where every number came from, and to make it again. Nothing about the
 * machine. What sums up all runs is at its end.
 */
export class RunRecord {
  private readonly scenarioAt: (factors: PointResult['factors']) => Scenario | undefined;
  private readonly fingerprints = createHash('sha256');
  private readonly counters: Record<string, number> = {};
  private finished = 0;
  private points = 0;

  constructor(
    private readonly file: TextFile,
    private readonly source: StudySource,
    provenance: Provenance,
  ) {
    this.scenarioAt = scenariosOf(source.scenario);
    const { title, question, replications, factors } = source.scenario;
    const { study, run, version, scenarioHash, seed, command } = provenance;
    const head = { study, title, question, run, version, scenarioHash, seed, replications, command, factors };
    // Without the brace that ends it.
    file.write(`${toJson(head).slice(0, -2)},\n  "points": [`);
  }

  add({ factors, replications }: PointResult): void {
    const point = {
      factors,
      scenario: this.scenarioAt(factors),
      replications: replications.map(({ replication, seed, reply: { fingerprint, counters } }) => {
        this.fingerprints.update(`${this.finished === 0 ? '' : '\n'}${fingerprint}`);
        this.finished++;
        for (const [name, count] of Object.entries(counters)) this.counters[name] = (this.counters[name] ?? 0) + count;
        return { replication, seed, fingerprint, counters };
      }),
    };
    this.file.write(`${this.points++ === 0 ? '' : ','}\n    ${toJson(point).replaceAll('\n', '\n    ')}`);
  }

  end(): void {
    const { charts, expect, source } = this.source.scenario;
    const tail = {
      finished: this.finished,
      /** Of all trajectories together; equal when each of them is. */
      fingerprint: this.fingerprints.digest('hex').slice(0, 16),
      counters: this.counters,
      charts,
      expect,
      source,
    };
    this.file.write(`${this.points === 0 ? '' : '\n  '}],${toJson(tail).slice(1)}\n`);
    this.file.close();
  }
}

/** JSON in which infinities are texts; JSON has no number for them. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (v === Infinity ? 'Infinity' : v === -Infinity ? '-Infinity' : v), 2);
}
