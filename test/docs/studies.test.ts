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

  const texts = pages.map((name) => readFileSync(join(folder, `${name}.md`), 'utf8'));
  const told = new Set(
    texts.flatMap((text) => [...text.matchAll(/`scenarios\/([\w-]+)\.yaml`/g)].map(([, name]) => name!)),
  );

  it('tells of shipped scenarios only', () => {
    for (const name of told) assert.ok(existsSync(join(packageFolder(), 'scenarios', `${name}.yaml`)), name);
  });

  for (const name of readdirSync(join(packageFolder(), 'scenarios')).filter((file) => file.endsWith('.yaml'))) {
    const study = loadStudy(join(packageFolder(), 'scenarios', name));
    if (study.expect.length === 0) continue;
    it(`${name} has bands: it asks a question, draws charts, names what breaks it, and a page tells of it`, () => {
      assert.ok(study.question.includes('?'), 'a question');
      assert.ok(study.charts.length > 0 && study.breaks.length > 0);
      assert.ok(told.has(name.replace('.yaml', '')), 'a page');
    });
  }
});
