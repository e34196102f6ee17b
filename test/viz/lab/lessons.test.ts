import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { RunReply } from '../../../sim/run/messages';
import { run } from '../../../sim/run/run';
import { seedOf } from '../../../sim/run/seed';
import { scenarioOf } from '../../../viz/lab/engine';
import { judge } from '../../../viz/lab/judge';
import { lessons } from '../../../viz/lab/lessons';
import type { Check, Lesson } from '../../../viz/lab/lessons/lesson';
import type { Judgement, LoadRequest } from '../../../viz/lab/protocol';
import { guide } from '../../../viz/site/guide';

const GUIDE = join(__dirname, '..', '..', '..', 'docs/lessons.md');

/** What is known of runs by scenario and changes: several checks are of the same one. */
const known = new Map<string, unknown>();

function once<T>(kind: string, request: LoadRequest, make: () => T): T {
  const key = JSON.stringify([kind, request]);
  if (!known.has(key)) known.set(key, make());
  return known.get(key) as T;
}

function requestOf({ scenario, against = {} }: Lesson, changes: Check['with'] = {}): LoadRequest {
  const settings = Object.entries(changes === 'against' ? against : changes).map(([path, value]) => ({ path, value }));
  return { name: 'lesson', text: scenario, settings, point: 0, replication: 1 };
}

const replyTo = (request: LoadRequest): RunReply =>
  once('run', request, () => {
    const { study, scenario } = scenarioOf(request);
    return run({ scenario, seed: seedOf(study.seed, 1), record: false });
  });

const judgementOf = (request: LoadRequest): Judgement => once('judge', request, () => judge(request));

/** Throws if a claim does not hold in the run that it is about. */
function hold(check: Check, request: LoadRequest): void {
  const { says } = check;
  if ('rule' in check) {
    const { status } = judgementOf(request).verdicts.find(({ rule }) => rule === check.rule)!;
    assert.equal(status, check.status, `${says}: ${check.rule}`);
  } else if ('readers' in check) {
    const { readers, presences } = judgementOf(request);
    assert.deepEqual(readers, check.readers, says);
    assert.deepEqual(presences.find(({ node }) => node === check.node)?.foundBy, check.foundBy, says);
  } else {
    const { flow, metric, atLeast, atMost } = check;
    assert.ok(atLeast !== undefined || atMost !== undefined, `${says}: nothing is checked`);
    const row = replyTo(request).metrics.find((one) => one.flow === flow && one.metric === metric);
    assert.ok(row !== undefined, `${says}: there is no ${metric} of ${flow}`);
    const isIn = row.value >= (atLeast ?? -Infinity) && row.value <= (atMost ?? Infinity);
    assert.ok(isIn, `${says}: ${metric} of ${flow} is ${row.value}`);
  }
}

describe('Lessons', function () {
  this.timeout(60_000);

  it('are ten, in the guide for instructors as they are in the lab', async () => {
    assert.equal(lessons.length, 10);
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
        assert.ok(text.includes(check.says), `the lesson does not say: ${check.says}`);
        hold(check, requestOf(lesson, check.with));
      }
    });
  }
});
