import assert from 'node:assert/strict';
import type { RunReply, RunRequest } from '../../sim/run/messages';
import type { Pool } from '../../sim/node/pool';
import { runStudy, tasksOf } from '../../sim/node/study-runner';
import { parseStudy } from '../../sim/scenario/parse';

const study = parseStudy(
  `
title: Four points
network: { chain: { segments: 1 } }
sessions: [{ name: A, from: first, to: last }]
run: { duration: 1 s, replications: 3 }
sweep:
  segments: { set: network.chain.segments, values: [1, 2] }
  ecn: { set: transport.tcp.ecn, values: [off, classic] }
record: { replications: [2] }
`,
  { file: 'four.yaml', name: 'four' },
);

function replyTo(request: RunRequest): RunReply {
  const metrics = [{ flow: 'A', metric: 'words', unit: '', value: request.seed[0] }];
  return { metrics, series: [], fingerprint: JSON.stringify(request), counters: {} };
}

/** Answers in the order that `next` chooses among the waiting. */
class FakePool implements Pool {
  readonly requests: RunRequest[] = [];
  mostAtOnce = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    readonly workers: number,
    private readonly reply: (request: RunRequest) => RunReply,
    private readonly next: (waiting: number) => number = () => 0,
  ) {}

  run(request: RunRequest): Promise<RunReply> {
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      this.waiting.push(() => {
        try {
          resolve(this.reply(request));
        } catch (error) {
          reject(error as Error);
        }
      });
      this.mostAtOnce = Math.max(this.mostAtOnce, this.waiting.length);
      setImmediate(() => this.waiting.splice(this.next(this.waiting.length), 1)[0]?.());
    });
  }

  async close(): Promise<void> {}
}

function go(pool: Pool, signal = new AbortController().signal, events = {}) {
  return runStudy(study, tasksOf(study), pool, '1.2.3', signal, events);
}

describe('running a study', () => {
  it('makes every replication of every point, once', async () => {
    const pool = new FakePool(2, replyTo);
    const { result, failures, missing } = await go(pool);
    assert.equal(pool.requests.length, 12);
    assert.equal(new Set(pool.requests.map((request) => JSON.stringify(request))).size, 12);
    assert.deepEqual(
      result.points.map(({ factors, replications }) => [factors, replications.map((r) => r.replication)]),
      study.points.map(({ factors }) => [factors, [1, 2, 3]]),
    );
    assert.deepEqual([failures.length, missing, result.version], [0, 0, '1.2.3']);
  });

  it('gives all points of one replication the same seed, and each replication another', async () => {
    const { result } = await go(new FakePool(2, replyTo));
    for (const { replications } of result.points) {
      assert.deepEqual(
        replications.map(({ seed }) => seed),
        result.points[0]!.replications.map(({ seed }) => seed),
      );
    }
    assert.equal(new Set(result.points[0]!.replications.map(({ seed }) => seed.join())).size, 3);
  });

  it('records the time series of the replications that the scenario names', async () => {
    const pool = new FakePool(1, replyTo);
    await go(pool);
    assert.deepEqual(
      pool.requests.map(({ record }) => record),
      [1, 2, 3].flatMap((replication) => study.points.map(() => replication === 2)),
    );
  });

  it('has the same result in whatever order the runs finish', async () => {
    const inOrder = await go(new FakePool(1, replyTo));
    const lastFirst = await go(new FakePool(4, replyTo, (waiting) => waiting - 1));
    assert.deepEqual(lastFirst, inOrder);
  });

  it('keeps two runs per worker at hand, not more: memory does not grow with the sweep', async () => {
    const pool = new FakePool(2, replyTo);
    await go(pool);
    assert.equal(pool.mostAtOnce, 4);
  });

  it('goes on when a run fails, and says which', async () => {
    const failing = (request: RunRequest) => {
      if (request.record && request.scenario.network.params['segments'] === 2) throw new Error('out of cheese');
      return replyTo(request);
    };
    const { result, failures, missing } = await go(new FakePool(2, failing));
    assert.deepEqual(
      failures.map(({ point, replication, message }) => [point.factors, replication, message]),
      [
        [{ segments: 2, ecn: 'off' }, 2, 'out of cheese'],
        [{ segments: 2, ecn: 'classic' }, 2, 'out of cheese'],
      ],
    );
    assert.deepEqual(
      result.points.map(({ replications }) => replications.length),
      [3, 3, 2, 2],
    );
    assert.equal(missing, 0);
  });

  it('stops when told, and keeps what is finished', async () => {
    const stop = new AbortController();
    let finished = 0;
    const onFinished = () => {
      if (++finished === 5) stop.abort();
    };
    const { result, failures, missing } = await go(new FakePool(1, replyTo), stop.signal, { onFinished });
    const kept = result.points.reduce((sum, { replications }) => sum + replications.length, 0);
    assert.deepEqual([kept, missing, failures.length], [5, 7, 0]);
  });
});
