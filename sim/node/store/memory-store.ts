import { seedOf } from '../../run/seed';
import type { PointResult, RunReply, StudySource } from '../../run/messages';
import type { Study } from '../../scenario/scenario';
import { keysOf, type RunKeys } from './run-key';

/** Finished runs of one study in memory, for those who want no files. */
export class MemoryStore {
  private readonly replies = new Map<string, RunReply>();
  private readonly keys: RunKeys;

  constructor(
    private readonly study: Study,
    private readonly engine: string,
  ) {
    this.keys = keysOf(study);
  }

  has(point: number, replication: number): boolean {
    return this.replies.has(this.keys.of(point, replication));
  }

  reply(point: number, replication: number): RunReply | undefined {
    return this.replies.get(this.keys.of(point, replication));
  }

  keep(point: number, replication: number, reply: RunReply): void {
    this.replies.set(this.keys.of(point, replication), reply);
  }

  source(wanted: (point: number) => number): StudySource & { readonly points: readonly PointResult[] } {
    const { study, engine } = this;
    const points = study.points.map(({ factors }, point) => ({
      factors,
      replications: Array.from({ length: wanted(point) }, (_, i) => i + 1).flatMap((replication) => {
        const reply = this.reply(point, replication);
        return reply === undefined ? [] : [{ replication, seed: seedOf(study.seed, replication), reply }];
      }),
    }));
    return { scenario: study, seed: study.seed, version: engine, points };
  }

  close(_absorbed?: boolean): void {}
}
