import assert from 'node:assert/strict';
import {
  collectExclusion,
  collectFactor,
  collectWhen,
  collectZip,
  precisionFrom,
  type SettingOptions,
  settingsOf,
} from '../../sim/node/settings';
import { parseStudy } from '../../sim/scenario/parse';
import { ScenarioError } from '../../sim/scenario/problem';

const TEXT = `
title: Nothing varies yet
network: { chain: { segments: 2 } }
sessions: [{ name: A, from: first, to: last, path: relayed }]
run: { duration: 1 s, replications: 5 }
`;

function studyWith(options: SettingOptions) {
  return parseStudy(TEXT, { file: 'x.yaml', name: 'x', settings: settingsOf(options) });
}

function pointsWith(options: SettingOptions): string[] {
  return studyWith(options).points.map(({ factors }) => Object.values(factors).join(' '));
}

/** All options of one kind, as commander collects them. */
function all<T>(collect: (text: string, before: readonly T[] | undefined) => readonly T[], ...texts: string[]) {
  return texts.reduce<readonly T[] | undefined>((before, text) => collect(text, before), undefined)!;
}

describe('factors on the command line', () => {
  const rate = 'rate=network.chain.rate:1 Mbit/s, 10 Mbit/s';

  it('make a grid', () => {
    const sweep = all(collectFactor, rate, 'segments=network.chain.segments:1, 2');
    assert.deepEqual(pointsWith({ sweep }), ['1 Mbit/s 1', '1 Mbit/s 2', '10 Mbit/s 1', '10 Mbit/s 2']);
  });

  it('take ranges by step or by count, on a linear or a log scale', () => {
    const range = (text: string) => pointsWith({ sweep: all(collectFactor, `x=network.chain.rtt:${text}`) });
    assert.deepEqual(range('10 ms..30 ms step 10 ms'), ['10 ms', '20 ms', '30 ms']);
    assert.deepEqual(range('10 ms..1 s count 3 log'), ['10 ms', '100 ms', '1000 ms']);
    assert.deepEqual(range('10 ms .. 40 ms step 2 log'), ['10 ms', '20 ms', '40 ms']);
  });

  it('move together when zipped', () => {
    const sweep = all(collectFactor, rate, 'rtt=network.chain.rtt:80 ms, 8 ms');
    const zip = all(collectZip, 'rtt=rate');
    assert.deepEqual(pointsWith({ sweep, zip }), ['1 Mbit/s 80 ms', '10 Mbit/s 8 ms']);
  });

  it('vary only where they are told to', () => {
    const sweep = all(collectFactor, rate, 'buffer=sessions.A.relay.buffer:16 KiB, 64 KiB');
    const when = all(collectWhen, 'buffer=rate:10 Mbit/s');
    assert.deepEqual(pointsWith({ sweep, when }), ['1 Mbit/s -', '10 Mbit/s 16 KiB', '10 Mbit/s 64 KiB']);
  });

  it('leave out what is excluded', () => {
    const sweep = all(collectFactor, rate, 'segments=network.chain.segments:1, 2');
    const exclude = all(collectExclusion, 'rate=1 Mbit/s, segments=2', 'rate=10 Mbit/s, segments=1');
    assert.deepEqual(pointsWith({ sweep, exclude }), ['1 Mbit/s 1', '10 Mbit/s 2']);
  });

  it('are refused with the option that is wrong', () => {
    const sweep = all(collectFactor, rate);
    const exclude = all(collectExclusion, 'rate=3 Mbit/s');
    assert.throws(
      () => studyWith({ sweep, exclude }),
      (error: Error) =>
        error instanceof ScenarioError && /^--exclude rate=3 Mbit\/s: .*expected .*10 Mbit\/s/.test(error.message),
    );
    for (const text of ['rate', 'rate:1', 'rate=network.chain.rate']) {
      assert.throws(() => collectFactor(text, undefined), /expected name=path:values/);
    }
  });
});

describe('--precision', () => {
  const goalOf = (text: string) => studyWith({ precision: precisionFrom(text) }).precision;

  it('is a part of the mean of every goodput, or in the unit of a metric of one flow', () => {
    const usual = { metric: 'goodput', flows: [], confidence: 0.95, min: 5, max: 1000 };
    assert.deepEqual(goalOf('2 %'), { ...usual, halfWidth: { relative: 0.02 } });
    const delay = { ...usual, metric: 'srtt', flows: ['A'], halfWidth: { absolute: 0.002, unit: 's' } };
    assert.deepEqual(goalOf('srtt of A: 2 ms'), delay);
  });

  it('needs at least three replications to judge the scatter', () => {
    assert.equal(studyWith({ precision: precisionFrom('1 %'), replications: 1 }).precision!.min, 3);
  });

  it('is refused when it is none', () => {
    for (const text of ['0 %', 'narrow', '-1 %']) {
      assert.throws(() => goalOf(text), /run\.precision: found .*expected a half-width such as 2 %/);
    }
  });
});
