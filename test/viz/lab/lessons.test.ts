import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { RunReply } from '../../../sim/run/messages';
import { run } from '../../../sim/run/run';
import { seedOf } from '../../../sim/run/seed';
import { parseStudy } from '../../../sim/scenario/parse';
import { lessons } from '../../../viz/lab/lessons';
import type { Check, Lesson } from '../../../viz/lab/lessons/lesson';
import { guide } from '../../../viz/site/guide';

const GUIDE = join(__dirname, '..', '..', '..', 'docs/lessons.md');

/** Finished runs by scenario and changes: several checks are of the same one. */
const replies = new Map<string, RunReply>();

function runOf({ scenario, against = {} }: Lesson, changes: Check['with'] = {}): RunReply {
  const settings = Object.entries(changes === 'against' ? against : changes);
  const key = JSON.stringify([scenario, settings]);
  let reply = replies.get(key);
  if (reply === undefined) {
    const list = settings.map(([path, value]) => ({ path, value, option: path }));
    const study = parseStudy(scenario, { file: 'lesson.yaml', name: 'lesson', settings: list });
    reply = run({ scenario: study.points[0]!.scenario, seed: seedOf(study.seed, 1), record: false });
    replies.set(key, reply);
  }
  return reply;
}

describe('Lessons', function () {
  this.timeout(60_000);

  it('are in the guide for instructors as they are in the lab', async () => {
    const text = await format(guide(), { parser: 'markdown', ...(await resolveConfig(GUIDE)) });
    assert.equal(readFileSync(GUIDE, 'utf8'), text, 'make guide writes it anew');
  });

  for (const lesson of lessons) {
    const { title, choices, watch, explanation, exercises, checks, intro } = lesson;
    it(`${title}: one right answer, and something to watch, to read and to try`, () => {
      assert.equal(choices.filter(({ right }) => right).length, 1);
      assert.ok(choices.length >= 3 && watch.length >= 3 && explanation.length >= 2 && exercises.length >= 2);
    });

    it(`${title}: what it says holds in its runs`, () => {
      const right = choices.find((one) => one.right)!.text;
      const text = [...intro, right, ...watch, ...explanation, ...exercises.map(({ answer }) => answer)].join('\n');
      assert.ok(checks.length >= 3, 'three claims are checked at least');
      for (const check of checks) {
        const { says, metric, flow, atLeast = -Infinity, atMost = Infinity } = check;
        assert.ok(text.includes(says), `the lesson does not say: ${says}`);
        assert.ok(check.atLeast !== undefined || check.atMost !== undefined, `${says}: nothing is checked`);
        const row = runOf(lesson, check.with).metrics.find((one) => one.flow === flow && one.metric === metric);
        assert.ok(row !== undefined, `${says}: there is no ${metric} of ${flow}`);
        assert.ok(row.value >= atLeast && row.value <= atMost, `${says}: ${metric} of ${flow} is ${row.value}`);
      }
    });
  }
});
