import { scenariosOf } from '../run/scenario-at';
import type { RunReply } from '../run/messages';
import type { Study } from '../scenario/scenario';
import { goalProgress } from '../stats/precision';
import { observationsOf } from '../stats/table';
import type { Shard } from './shard';
import { keysOf } from './store/run-key';
import { type Task, type TaskQueue, tasksOf } from './study-runner';

/** Where the runs that are made already can be read. */
export interface FinishedRuns {
  has(point: number, replication: number): boolean;
  reply(point: number, replication: number): RunReply | undefined;
}

/**
 * The runs of a study that are still to be made. Without `run.precision` they are known from the beginning. With it, each
 * point makes as many replications as the stopping rule asks for, waits for them, and asks again: what is made follows
 * from the replications alone, not from the order in which they finish or from how often the study was interrupted.
 */
export class RunPlan implements TaskQueue {
  private readonly queue: Task[] = [];
  private handedOut = 0;
  /** Replications that each point has by now been found to need. */
  private readonly wanted: Uint32Array;
  /** Runs of the present stage that are not made yet. */
  private readonly open: Uint32Array;
  private readonly broken: Uint8Array;
  private readonly reached: Uint8Array;
  private readonly sessionsAt: ReturnType<typeof scenariosOf>;
  /** For each point the first one that does the same; only that one is run. */
  private readonly likeOf: Uint32Array;

  constructor(
    readonly study: Study,
    private readonly runs: FinishedRuns,
    private readonly shard?: Shard,
  ) {
    const points = study.points.length;
    const first = study.precision?.min ?? study.replications;
    this.wanted = new Uint32Array(points).fill(first);
    this.open = new Uint32Array(points);
    this.broken = new Uint8Array(points);
    this.reached = new Uint8Array(points);
    this.sessionsAt = scenariosOf(study);
    this.likeOf = keysOf(study).firstAlike();
    for (const task of tasksOf(study, oneTo(first))) this.add(task);
    for (let point = 0; point < points; point++) this.advance(point);
  }

  /** Replications of a point that belong to the study, as far as is known. */
  readonly replicationsOf = (point: number): number => this.wanted[this.likeOf[point]!]!;

  /** Runs that the study needs, or this shard of it, as far as is known. */
  get needed(): number {
    if (this.study.precision !== undefined) {
      return this.wanted.reduce((total, n, point) => (this.isOurs(point, 1) ? total + n : total), 0);
    }
    let needed = 0;
    for (let point = 0; point < this.wanted.length; point++) {
      for (let r = 1; r <= this.wanted[point]!; r++) if (this.isOurs(point, r)) needed++;
    }
    return needed;
  }

  /** Runs that are to be made, those handed out included, as far as is known. */
  get total(): number {
    return this.queue.length;
  }

  /** Points whose intervals are as narrow as was wanted; all without such a wish. */
  get pointsReached(): number {
    if (this.study.precision === undefined) return this.study.points.length;
    return this.likeOf.reduce((sum, like) => sum + this.reached[like]!, 0);
  }

  next(): Task | undefined {
    return this.handedOut < this.queue.length ? this.queue[this.handedOut++] : undefined;
  }

  /** The run of a task is kept, or will not be made. */
  settle({ index }: Task, isMade: boolean): void {
    if (!isMade) this.broken[index] = 1;
    this.open[index]!--;
    this.advance(index);
  }

  /** Asks the stopping rule when all replications of the present stage are there. A point that lacks one ends with those. */
  private advance(point: number): void {
    const { precision } = this.study;
    if (precision === undefined || !this.isOurs(point, 1)) return;
    while (this.open[point] === 0 && this.broken[point] === 0) {
      const { more, reached } = this.progressOf(point);
      this.reached[point] = reached ? 1 : 0;
      if (more === 0) return;
      const before = this.wanted[point]!;
      this.wanted[point] = before + more;
      for (let i = 1; i <= more; i++) {
        this.add({ point: this.study.points[point]!, index: point, replication: before + i });
      }
    }
  }

  private progressOf(point: number) {
    const { factors } = this.study.points[point]!;
    const replications = oneTo(this.wanted[point]!).map((replication) => ({
      replication,
      reply: this.runs.reply(point, replication)!,
    }));
    const observations = observationsOf([{ factors, replications }], () => this.sessionsAt(factors)?.sessions ?? []);
    return goalProgress(this.study.precision!, observations);
  }

  private add(task: Task): void {
    if (!this.isOurs(task.index, task.replication) || this.runs.has(task.index, task.replication)) return;
    this.queue.push(task);
    this.open[task.index]!++;
  }

  /** Points that decide for themselves how often they run stay together. */
  private isOurs(point: number, replication: number): boolean {
    const { shard, study } = this;
    if (this.likeOf[point] !== point) return false;
    if (shard === undefined) return true;
    // Every shard has runs of every point, so that all take about equally long.
    const place = study.precision === undefined ? point + replication - 1 : point;
    return place % shard.of === shard.index - 1;
  }
}

function oneTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
