import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../sim/node/package';
import { loadStudy } from '../../sim/node/scenario-files';

const folder = join(packageFolder(), 'docs/studies');
const pages = readdirSync(folder)
  .filter((file) => file !== 'README.md')
  .map((file) => file.replace('.md', ''));
const index = readFileSync(join(folder, 'README.md'), 'utf8');

describe('docs/studies', () => {
  it('has an index of all its pages, and of nothing else', () => {
    const listed = [...index.matchAll(/^\| \[([\w-]+)\]\(([\w-]+)\.md\)/gm)].map(([, name, file]) => {
      assert.equal(name, file);
      return name!;
    });
    assert.deepEqual([...listed].sort(), [...pages].sort());
  });

  for (const name of pages) {
    it(`${name}: its scenario asks a question, draws charts, and names its bands and what breaks them`, () => {
      assert.ok(existsSync(join(packageFolder(), 'scenarios', `${name}.yaml`)), 'there is no such scenario');
      const { question, charts, expect, breaks } = loadStudy(join(packageFolder(), 'scenarios', `${name}.yaml`));
      assert.ok(question.endsWith('?\n') || question.includes('?'), 'a question');
      assert.ok(charts.length > 0 && expect.length > 0 && breaks.length > 0);
      assert.match(readFileSync(join(folder, `${name}.md`), 'utf8'), new RegExp(`scenarios/${name}\\.yaml`));
    });
  }
});
