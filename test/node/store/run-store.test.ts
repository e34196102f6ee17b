import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeStudy } from '../../../sim/node/results';
import { RunStore } from '../../../sim/node/store/run-store';
import type { RunReply } from '../../../sim/run/messages';
import { parseStudy } from '../../../sim/scenario/parse';

const TEXT = `
title: Four points
network: { chain: { segments: 1, rtt: 20 ms } }
sessions: [{ name: A, from: first, to: last }]
run: { duration: 1 s, replications: 3 }
sweep: { segments: { set: network.chain.segments, values: [1, 2] } }
record: { replications: [2] }
`;

function studyOf(text = TEXT) {
  return parseStudy(text, { file: 'four.yaml', name: 'four' });
}

function reply(value: number): RunReply {
  return {
    metrics: [{ flow: 'A', metric: 'goodput', unit: 'bit/s', value }],
    series: [{ name: 'A', columns: [{ name: 'time_s', values: [0, NaN, Infinity] }] }],
    fingerprint: `f${value}`,
    counters: { events: value },
  };
}

describe('the store of runs', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'hopwise-store-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  const open = (study = studyOf(), engine = '1.0.0+a', resume = true) => RunStore.open(root, study, engine, resume);
  const journal = () => join(root, '.journal', readdirSync(join(root, '.journal'))[0]!);

  it('gives back what it was given, numbers that JSON lacks included', () => {
    const store = open();
    store.keep(1, 3, { ...reply(7), metrics: [{ flow: 'NaN', metric: 'x', unit: '', value: -Infinity }] });
    assert.deepEqual(store.reply(1, 3)!.series, reply(7).series);
    assert.deepEqual(store.reply(1, 3)!.metrics, [{ flow: 'NaN', metric: 'x', unit: '', value: -Infinity }]);
    assert.equal(store.reply(0, 3), undefined);
    store.close();
  });

  it('has a run in a file before keep returns, for others to find', () => {
    const store = open();
    store.keep(0, 1, reply(1));
    const other = open();
    assert.ok(other.has(0, 1));
    assert.ok(!other.has(0, 2));
    store.keep(0, 2, reply(2));
    other.refresh();
    assert.deepEqual([other.finished, other.reply(0, 2)!.fingerprint], [2, 'f2']);
    store.close();
    other.close();
  });

  it('ignores a line that was cut off, and one that was changed', () => {
    const store = open();
    store.keep(0, 1, reply(1));
    store.keep(0, 2, reply(2));
    store.close();
    const whole = readFileSync(journal(), 'utf8');
    writeFileSync(journal(), whole.slice(0, -9));
    assert.deepEqual([open().has(0, 1), open().has(0, 2)], [true, false]);
    writeFileSync(journal(), whole.replace('"value":1}', '"value":9}'));
    assert.deepEqual([open().has(0, 1), open().has(0, 2)], [false, true]);
  });

  it('finds runs by what they do: in studies with other titles, more replications and more points', () => {
    const store = open();
    store.keep(1, 3, reply(3));
    store.keep(1, 2, reply(2));
    store.close();
    const other = studyOf(
      TEXT.replace('Four points', 'More').replace('replications: 3', 'replications: 9').replace('[1, 2]', '[4, 2, 1]'),
    );
    const found = open(other);
    assert.deepEqual([found.finished, found.reply(1, 3)!.fingerprint, found.has(2, 3)], [2, 'f3', false]);
    found.close();
  });

  it('does not take a run for another: of another seed, another scenario, with time series or without', () => {
    const store = open();
    store.keep(0, 1, reply(1));
    store.keep(0, 2, reply(2));
    store.close();
    assert.equal(open(studyOf(TEXT.replace('duration: 1 s', 'duration: 1 s, seed: 2'))).finished, 0);
    assert.equal(open(studyOf(TEXT.replace('rtt: 20 ms', 'rtt: 21 ms'))).finished, 0);
    assert.equal(open(studyOf(TEXT.replace('replications: [2]', 'replications: [1]'))).finished, 0);
    assert.equal(open(studyOf(TEXT.replace('replications: [2]', 'replications: [2], every: 50 ms'))).finished, 1);
  });

  it('does not mix engines', () => {
    const store = open();
    store.keep(0, 1, reply(1));
    store.close();
    assert.equal(open(studyOf(), '1.0.0+b').finished, 0);
    assert.equal(open().finished, 1);
    assert.equal(open(studyOf(), '1.0.0+a', false).finished, 0);
  });

  it('shares runs between points that do the same', () => {
    const same = studyOf(TEXT.replace('values: [1, 2]', 'values: [1, 2, 1]'));
    const store = open(same);
    store.keep(0, 1, reply(1));
    store.close();
    const again = open(same);
    assert.deepEqual([again.has(0, 1), again.has(1, 1), again.has(2, 1)], [true, false, true]);
    again.close();
  });

  it('leaves its runs to the results of a complete study, and keeps journals that hold more', () => {
    const other = open(studyOf(TEXT.replace('rtt: 20 ms', 'rtt: 30 ms')));
    other.keep(0, 1, reply(5));
    other.close();
    const study = studyOf();
    const store = open(study);
    study.points.forEach((_, point) => [1, 2, 3].forEach((r) => store.keep(point, r, reply(point * 10 + r))));
    writeStudy(root, store.source());
    store.close(true);
    assert.equal(readdirSync(join(root, '.journal')).length, 1);
    const again = open(study);
    assert.deepEqual([again.finished, again.reply(1, 2)], [6, reply(12)]);
    again.close();
  });

  it('reads lines longer than its buffer', () => {
    const store = open();
    const long = { ...reply(1), fingerprint: 'x'.repeat(3_000_000) };
    store.keep(0, 1, long);
    store.keep(0, 3, reply(3));
    store.close();
    appendFileSync(journal(), '{"run":"');
    const again = open();
    assert.deepEqual([again.reply(0, 1)!.fingerprint.length, again.reply(0, 3)!.fingerprint], [3_000_000, 'f3']);
    again.close();
  });
});
