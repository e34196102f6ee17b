import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageFolder } from '../../sim/node/package';
import { parseStudy } from '../../sim/scenario/parse';

const page = readFileSync(join(packageFolder(), 'docs/scenario.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!);

/** The first example is a whole scenario; the others are parts that take the place of its own. */
describe('examples in docs/scenario.md', () => {
  const whole = parse(examples[0]!) as Record<string, unknown>;

  examples.forEach((example, i) => {
    it(`number ${i + 1} is valid`, () => {
      const part = (parse(example) ?? {}) as Record<string, unknown>;
      const ends = 'network' in part && i > 0 ? { from: 'alice', to: 'bob' } : { from: 'first', to: 'last' };
      const sessions = (whole['sessions'] as object[]).map((session) => ({ ...session, ...ends }));
      const text = JSON.stringify({ ...whole, sessions, ...(i === 0 ? {} : part) });
      assert.ok(parseStudy(text, { file: 'docs/scenario.md', name: 'example' }).points.length > 0);
    });
  });
});
