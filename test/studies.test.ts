import assert from 'node:assert/strict';
import { join } from 'node:path';
import { digestOf } from '../sim/node/digest';
import { packageFolder } from '../sim/node/package';
import { loadStudy } from '../sim/node/scenario-files';
import { requestOf, tasksOf } from '../sim/node/study-runner';
import { run } from '../sim/run/run';
import { judgementsIn } from '../sim/scenario/expect';
import type { Setting } from '../sim/scenario/parse';
import type { Study } from '../sim/scenario/scenario';

/*
 * The quick form of `make studies` and `make studies-broken`: one replication of those that take little time.
 */

const QUICK = ['floyd-fall-end-to-end-control', 'floyd-fall-many-flows', 'bufferbloat', 'convergence'];

const ONE: Setting = { path: 'run.replications', value: '1', option: '--replications 1' };

function load(name: string, changes: readonly Setting[] = []): Study {
  return loadStudy(join(packageFolder(), 'scenarios', `${name}.yaml`), [ONE, ...changes]);
}

/** What does not hold, in words. */
function unmet(study: Study): string[] {
  const points = study.points.map(({ factors }, index) => ({
    factors,
    replications: tasksOf(study)
      .filter((task) => task.index === index)
      .map((task) => {
        const request = requestOf(study, task);
        return { replication: task.replication, seed: request.seed, reply: run(request) };
      }),
  }));
  const { summaries } = digestOf({ scenario: study, seed: study.seed, version: '0', points });
  return judgementsIn(study, summaries).flatMap((judgement) =>
    judgement.unmet.map(({ what, why }) => `${what}: ${why}`),
  );
}

describe('shipped studies, one replication each', () => {
  for (const name of QUICK) {
    it(`${name} keeps its bands`, () => {
      assert.deepEqual(unmet(load(name)), []);
    });
  }

  for (const name of QUICK.slice(0, 2)) {
    it(`${name} does not keep them without its mechanism`, () => {
      for (const { changes } of load(name).breaks) {
        const broken = load(
          name,
          changes.map((change) => ({ ...change, option: 'breaks' })),
        );
        assert.notDeepEqual(unmet(broken), []);
      }
    });
  }
});
