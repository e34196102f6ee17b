import assert from 'node:assert/strict';
import { describeTask, repeatCommand } from '../../sim/node/repeat';
import type { Task } from '../../sim/node/study-runner';

function task(factors: Task['point']['factors'], replication = 3): Task {
  return { point: { factors, scenario: {} as never }, index: 0, replication };
}

describe('the command that repeats a run', () => {
  it('names the point and picks the replication', () => {
    assert.equal(
      repeatCommand('x.yaml', ['--set', 'run.seed=4'], task({ segments: 2, path: 'relayed' })),
      'hopwise run x.yaml --set run.seed=4 --at segments=2 --at path=relayed --replication 3',
    );
  });

  it('quotes what the shell would take apart', () => {
    assert.equal(
      repeatCommand("it's.yaml", [], task({ rate: '10 Mbit/s' })),
      "hopwise run 'it'\\''s.yaml' --at 'rate=10 Mbit/s' --replication 3",
    );
  });

  it('is described in words', () => {
    assert.equal(describeTask(task({ segments: 2 }, 7)), 'segments = 2, replication 7');
  });
});
