import assert from 'node:assert/strict';
import { RunPlan } from '../../sim/node/run-plan';
import type { Task } from '../../sim/node/study-runner';
import type { RunReply } from '../../sim/run/messages';
import { parseStudy } from '../../sim/scenario/parse';

const TEXT = `
title: Two points
network: { chain: { segments: 1 } }
sessions: [{ name: A, from: first, to: last }]
run: { duration: 1 s, replications: 4, precision: { halfWidth: 10 %, max: 60 } }
sweep: { segments: { set: network.chain.segments, values: [1, 2] } }
`;

function studyOf(text = TEXT) {
  return parseStudy(text, { file: 'plan.yaml', name: 'plan' });
}

/** Replications of the first point scatter; those of the second are all the same. */
function replyTo(point: number, replication: number): RunReply {
  const value = point === 0 ? 100 + ((replication * 37) % 61) : 100;
  const metrics = [{ flow: 'A', metric: 'goodput', unit: 'bit/s', value }];
  return { metrics, series: [], fingerprint: `${point}/${replication}`, counters: {} };
}

/** Remembers which runs were made. */
class Runs {
  readonly made = new Set<string>();
  has(point: number, replication: number): boolean {
    return this.made.has(`${point}/${replication}`);
  }
  reply(point: number, replication: number): RunReply | undefined {
    return this.has(point, replication) ? replyTo(point, replication) : undefined;
  }
}

/** Makes runs, so many at a time, in the order that `pick` chooses, until none is wanted or `stopAfter` are made. */
function make(runs: Runs, atOnce: number, pick: (n: number) => number, stopAfter = Infinity, shard?: [number, number]) {
  const plan = new RunPlan(studyOf(), runs, shard && { index: shard[0], of: shard[1] });
  const open: Task[] = [];
  for (let made = 0; made < stopAfter; made++) {
    while (open.length < atOnce) {
      const task = plan.next();
      if (task === undefined) break;
      open.push(task);
    }
    const [task] = open.splice(pick(open.length), 1);
    if (task === undefined) break;
    runs.made.add(`${task.index}/${task.replication}`);
    plan.settle(task, true);
  }
  return plan;
}

describe('the runs that a study still needs', () => {
  it('replicate a point until its interval is narrow enough, and no other point', () => {
    const plan = make(new Runs(), 1, () => 0);
    assert.equal(plan.replicationsOf(1), 4);
    assert.ok(plan.replicationsOf(0) > 10 && plan.replicationsOf(0) < 60, String(plan.replicationsOf(0)));
    assert.equal(plan.pointsReached, 2);
  });

  it('are the same for any number of workers, in any order of finishing', () => {
    const one = make(new Runs(), 1, () => 0);
    for (const atOnce of [2, 8]) {
      for (const pick of [() => 0, (n: number) => n - 1, (n: number) => n >> 1]) {
        assert.equal(make(new Runs(), atOnce, pick).replicationsOf(0), one.replicationsOf(0));
      }
    }
  });

  it('are the same after an interruption at any moment', () => {
    const alone = new Runs();
    make(alone, 2, () => 0);
    for (let stop = 0; stop < alone.made.size; stop++) {
      const runs = new Runs();
      make(runs, 2, () => 0, stop);
      make(runs, 2, () => 0);
      assert.deepEqual([...runs.made].sort(), [...alone.made].sort());
    }
  });

  it('are the same in shards, in any order of them', () => {
    const alone = new Runs();
    make(alone, 2, () => 0);
    const runs = new Runs();
    for (const shard of [2, 1]) make(runs, 2, () => 0, Infinity, [shard, 2]);
    assert.deepEqual([...runs.made].sort(), [...alone.made].sort());
    assert.equal(new RunPlan(studyOf(), runs).total, 0);
  });

  it('end at the largest number that was allowed, and say that it was not enough', () => {
    const study = studyOf(TEXT.replace('halfWidth: 10 %', 'halfWidth: 0.1 %'));
    const runs = new Runs();
    const plan = new RunPlan(study, runs);
    for (let task = plan.next(); task !== undefined; task = plan.next()) {
      runs.made.add(`${task.index}/${task.replication}`);
      plan.settle(task, true);
    }
    assert.deepEqual([plan.replicationsOf(0), plan.pointsReached], [60, 1]);
  });

  it('end for a point of which a run failed: the others go on', () => {
    const runs = new Runs();
    const plan = new RunPlan(studyOf(), runs);
    for (let task = plan.next(); task !== undefined; task = plan.next()) {
      const fails = task.index === 0 && task.replication === 2;
      if (!fails) runs.made.add(`${task.index}/${task.replication}`);
      plan.settle(task, !fails);
    }
    assert.deepEqual([plan.replicationsOf(0), plan.replicationsOf(1), runs.made.size], [4, 4, 7]);
  });

  it('are made once for points that do the same', () => {
    const fixed = TEXT.replace(/, precision: .*/, ' }').replace('[1, 2]', '[1, 2, 1]');
    const plan = new RunPlan(studyOf(fixed), new Runs());
    assert.deepEqual([plan.total, plan.needed, plan.replicationsOf(2)], [8, 8, 4]);
  });

  it('are dealt out to shards without gaps or doubles', () => {
    const fixed = studyOf(TEXT.replace(/, precision: .*/, ' }'));
    const dealt = [1, 2, 3].flatMap((index) => {
      const plan = new RunPlan(fixed, new Runs(), { index, of: 3 });
      return Array.from({ length: plan.total }, () => plan.next()!).map((task) => `${task.index}/${task.replication}`);
    });
    assert.deepEqual([dealt.length, new Set(dealt).size], [8, 8]);
  });
});
