import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apps } from '../../sim/apps';
import { oneOf } from '../../sim/core/choice';
import { impairments } from '../../sim/net/impairments';
import { middleboxes } from '../../sim/middlebox';
import { queues } from '../../sim/net/queues';
import { topologies } from '../../sim/net/topologies';
import { parseStudy } from '../../sim/scenario/parse';
import { ScenarioError } from '../../sim/scenario/problem';
import { congestionControls } from '../../sim/tcp/cc';
import { charts } from '../../viz/charts';

const folder = join(__dirname, 'wrong');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

/** What messages list, under the name that the comments have for it, so that a new plugin changes no wrong scenario. */
const lists: Readonly<Record<string, object>> = {
  apps,
  charts,
  congestionControls,
  impairments,
  middleboxes,
  queues,
  topologies,
};

/** A wrong scenario says itself how it is to be refused, in comments at its top. */
function expectedMessages(text: string, file: string): string[] {
  return [...text.matchAll(/^# refused: (.*)$/gm)].map((match) => {
    const message = match[1]!.replace(/<(\w+)>/g, (_, list: string) => oneOf(Object.keys(lists[list]!)));
    return `${file}:${message}`;
  });
}

function messagesOf(text: string, file: string): string[] {
  try {
    parseStudy(text, { file, name: 'wrong', charts });
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message.split('\n');
  }
}

describe('wrong scenarios are refused with file, line, column, field, finding, expectation and suggestion', () => {
  it('has at least 30 of them', () => {
    assert.ok(files.length >= 30);
  });

  for (const file of files) {
    it(file.replace('.yaml', '').replaceAll('-', ' '), () => {
      const text = readFileSync(join(folder, file), 'utf8');
      const expected = expectedMessages(text, file);
      assert.ok(expected.length > 0, 'it must say how it is refused');
      assert.deepEqual(messagesOf(text, file), expected);
    });
  }
});
