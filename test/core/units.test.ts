import assert from 'node:assert/strict';
import {
  formatDuration,
  formatRate,
  formatSize,
  parseDuration,
  parseLimit,
  parseRate,
  parseSize,
  UnitError,
} from '../../sim/core/units';

describe('quantities', () => {
  it('reads times as integer nanoseconds', () => {
    assert.equal(parseDuration('40 ms'), 40e6);
    assert.equal(parseDuration('1.5us'), 1500);
    assert.equal(parseDuration('2 µs'), 2000);
    assert.equal(parseDuration('0.4 ns'), 0);
    assert.equal(parseDuration('1e2 s'), 100e9);
    assert.equal(parseDuration(' 3 min '), 180e9);
    assert.equal(parseDuration('2 h'), 7200e9);
    assert.equal(parseDuration('1 d'), 86400e9);
    assert.ok(Number.isInteger(parseDuration('0.1234567891 s')));
  });

  it('reads sizes with prefixes of 1000 and of 1024', () => {
    assert.equal(parseSize('64 KiB'), 65536);
    assert.equal(parseSize('64 kB'), 64000);
    assert.equal(parseSize('1 MiB'), 1048576);
    assert.equal(parseSize('1 MB'), 1e6);
    assert.equal(parseSize('1 GiB'), 2 ** 30);
    assert.equal(parseSize('300 B'), 300);
    assert.equal(parseSize('1 byte'), 1);
  });

  it('reads rates in bits and in bytes', () => {
    assert.equal(parseRate('10 Mbit/s'), 10e6);
    assert.equal(parseRate('2.5 Gbit/s'), 2.5e9);
    assert.equal(parseRate('64 kbit/s'), 64e3);
    assert.equal(parseRate('1 kB/s'), 8e3);
    assert.equal(parseRate('9600 bit/s'), 9600);
  });

  it('reads limits in every unit a buffer has', () => {
    assert.deepEqual(parseLimit('67 packets'), { unit: 'packets', value: 67 });
    assert.deepEqual(parseLimit('1 packet'), { unit: 'packets', value: 1 });
    assert.deepEqual(parseLimit('64 KiB'), { unit: 'bytes', value: 65536 });
    assert.deepEqual(parseLimit('100 ms'), { unit: 'nanoseconds', value: 100e6 });
    assert.deepEqual(parseLimit('0.25 BDP'), { unit: 'bdp', value: 0.25 });
  });

  it('refuses what has no unit, an unknown one, or is no number, and says what was expected', () => {
    const cases: readonly (readonly [(text: string) => unknown, string, RegExp])[] = [
      [parseDuration, '40', /expected a time such as 40 ms; the unit is missing/],
      [parseDuration, '40 msec', /unknown unit msec \(known: ns, us/],
      [parseDuration, '-4 ms', /expected a time/],
      [parseDuration, 'soon', /expected a time/],
      [parseDuration, '', /expected a time/],
      [parseDuration, '1 s 5 ms', /unknown unit s 5 ms/],
      [parseSize, '64 kb', /unknown unit kb/],
      [parseSize, '1 ms', /unknown unit ms/],
      [parseRate, '10 Mbps', /unknown unit Mbps/],
      [parseRate, '10 mbit/s', /unknown unit mbit\/s/],
      [parseLimit, '100', /67 packets, 64 KiB, 100 ms or 1 BDP; the unit is missing/],
      [parseLimit, '1 bdp', /unknown unit bdp/],
    ];
    for (const [parse, text, message] of cases) {
      assert.throws(
        () => parse(text),
        (error: unknown) => error instanceof UnitError && message.test(error.message),
        text,
      );
    }
  });

  it('takes no property of objects for a unit', () => {
    for (const parse of [parseDuration, parseSize, parseRate, parseLimit]) {
      for (const word of ['constructor', 'toString', '__proto__']) assert.throws(() => parse(`5 ${word}`), UnitError);
    }
  });

  it('writes what it can read again', () => {
    assert.equal(formatDuration(40e6), '40 ms');
    assert.equal(formatDuration(1500), '1.5 us');
    assert.equal(formatDuration(0), '0 ns');
    assert.equal(formatRate(10e6), '10 Mbit/s');
    assert.equal(formatSize(65536), '64 KiB');
    assert.equal(formatSize(1500), '1.46484 KiB');
    for (const t of [1, 999, 1000, 86_400e9, 123456]) assert.equal(parseDuration(formatDuration(t)), t);
    for (const r of [1, 64e3, 1.5e6, 25e9]) assert.equal(parseRate(formatRate(r)), r);
  });
});
