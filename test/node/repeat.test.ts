import assert from 'node:assert/strict';
import { describeTask, repeatCommand } from '../../sim/node/repeat';
import type { Task } from '../../sim/node/study-runner';

function task(factors: Task['point']['factors'], replication = 3): Task {
  return { point: { factors, scenario: {} as never }, index: 0, replication };
}

describe('the command that repeats a run', () => {
  it('narrows the sweep to the point and picks the replication', () => {
    assert.equal(
      repeatCommand('x.yaml', ['--set', 'run.seed=4'], task({ segments: 2, path: 'relayed' })),
      "hopwise run x.yaml --set run.seed=4 --set 'sweep.segments.values=[2]' --set 'sweep.path.values=[relayed]' --replication 3",
    );
  });

  it('quotes what the shell would take apart', () => {
    assert.equal(
      repeatCommand("it's.yaml", [], task({ rate: '10 Mbit/s' })),
      "hopwise run 'it'\\''s.yaml' --set 'sweep.rate.values=[\"10 Mbit/s\"]' --replication 3",
    );
  });

  it('keeps a text a text where YAML would read something else', () => {
    assert.match(repeatCommand('x', [], task({ a: '2' })), /'sweep\.a\.values=\["2"\]'/);
    assert.match(repeatCommand('x', [], task({ a: '1, 2' })), /'sweep\.a\.values=\["1, 2"\]'/);
  });

  it('is described in words', () => {
    assert.equal(describeTask(task({ segments: 2 }, 7)), 'segments = 2, replication 7');
  });
});
