import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from '../../../viz/lab/judge';

describe('verdicts in the lab', () => {
  const readersIn = (name: string): readonly string[] => {
    const text = readFileSync(join(__dirname, '../../../scenarios/gallery', `${name}.yaml`), 'utf8');
    return judge({ name, text, settings: [], point: 0, replication: 1 }).readers;
  };

  it('tell who could read messages by what was in the clear, and by who had keys where it was not', () => {
    assert.deepEqual(readersIn('direct'), ['routers and links']);
    assert.deepEqual(readersIn('direct-tls'), []);
    assert.deepEqual(readersIn('tls-aggregators'), ['relay1', 'relay3']);
  });
});
