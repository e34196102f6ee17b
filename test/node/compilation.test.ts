import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const COMPILATION = join(__dirname, '../../sim/node/compilation');
/** Of `%GetOptimizationStatus`. */
const OPTIMIZED = 1 << 4;

/** Whether a thread made after `tuneCompilation` has compiled a function by the end of the call that asked for it. */
function compilesInPlace(workers: string): boolean {
  const thread = `
    function sum(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }
    %PrepareFunctionForOptimization(sum);
    sum(10);
    %OptimizeFunctionOnNextCall(sum, 'concurrent');
    sum(10);
    console.log(%GetOptimizationStatus(sum));`;
  const program = `
    require('ts-node/register/transpile-only');
    require(${JSON.stringify(COMPILATION)}).tuneCompilation(${workers});
    new (require('node:worker_threads').Worker)(${JSON.stringify(thread)}, { eval: true, execArgv: [] });`;
  // a thread that compiles beside takes half a second: it would be done in time now and then
  const flags = ['--allow-natives-syntax', '--concurrent-recompilation-delay=500'];
  const done = spawnSync(process.execPath, [...flags, '-e', program], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /^\d+\n$/);
  return (Number(done.stdout) & OPTIMIZED) !== 0;
}

describe('threads of a study', () => {
  it('compile in place when they take every core', () => {
    assert.equal(compilesInPlace(`${availableParallelism()}`), true);
  });

  it('leave it to a core that idles otherwise', () => {
    assert.equal(compilesInPlace('0'), false);
  });
});
