import assert from 'node:assert/strict';
import { formatSeconds, showProgress } from '../../sim/node/progress';
import { recordingTerminal } from '../support/terminal';

describe('progress', () => {
  const realNow = Date.now;
  let now = 0;
  beforeEach(() => {
    now = 0;
    Date.now = () => now;
  });
  afterEach(() => {
    Date.now = realNow;
  });

  it('is a line every five seconds where there is no terminal, with an estimate', () => {
    const terminal = recordingTerminal();
    const progress = showProgress('study', () => 100, terminal, false);
    for (let second = 1; second <= 11; second++) {
      now = second * 1000;
      progress.finished();
    }
    progress.end();
    assert.deepEqual(terminal.written.err.split('\n'), [
      'study: 5 of 100 runs, 1 runs/s, 5 s, about 1 min 35 s left',
      'study: 10 of 100 runs, 1 runs/s, 10 s, about 1 min 30 s left',
      '',
    ]);
  });

  it('counts failures', () => {
    const terminal = recordingTerminal();
    const progress = showProgress('study', () => 4, terminal, false);
    now = 1000;
    progress.failed();
    now = 6000;
    progress.finished();
    assert.equal(terminal.written.err, 'study: 2 of 4 runs, 1 failed, 0.333 runs/s, 6 s, about 6 s left\n');
  });

  it('is silent on short runs and when quiet, notes apart', () => {
    const terminal = recordingTerminal();
    for (const quiet of [false, true]) {
      const progress = showProgress('study', () => 2, terminal, quiet);
      now += quiet ? 60_000 : 1000;
      progress.finished();
      progress.note(`quiet: ${quiet}`);
      progress.end();
    }
    assert.equal(terminal.written.err, 'quiet: false\nquiet: true\n');
  });

  it('writes times as people do', () => {
    assert.deepEqual([0.4, 59, 61, 3660].map(formatSeconds), ['0 s', '59 s', '1 min 1 s', '1 h 1 min']);
  });
});
