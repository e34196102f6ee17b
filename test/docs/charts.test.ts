import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { charts } from '../../viz/charts';

const DOCS = join(__dirname, '..', '..', 'docs');

describe('the page of charts', () => {
  const page = readFileSync(join(DOCS, 'charts.md'), 'utf8');

  it('shows every chart that a scenario can name, but for the one that a command draws', () => {
    const shown = [...page.matchAll(/^## (.*)$/gm)].map(([, name]) => name!);
    assert.deepEqual(shown.sort(), Object.keys(charts).filter((name) => name !== 'warm-up').sort()); // prettier-ignore
  });

  it('has small images that say where their numbers come from, and scenarios that are there', () => {
    const images = [...page.matchAll(/^!\[.+\]\((.*)\)$/gm)].map(([, file]) => join(DOCS, file!));
    assert.equal(images.length, Object.keys(charts).length - 1);
    for (const image of images) {
      assert.ok(statSync(image).size < 100_000, image);
      assert.match(readFileSync(image, 'utf8'), /<desc>.*Hopwise .*seed 1: hopwise run /, image);
    }
    for (const [, file] of page.matchAll(/\]\((\.\.\/scenarios\/.*?)\)/g))
      assert.ok(statSync(join(DOCS, file!)).isFile());
  });
});
