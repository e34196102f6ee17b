import assert from 'node:assert/strict';
import { DataFileError } from '../../../sim/core/data-file';
import { parseMahimahi } from '../../../sim/net/impairments/mahimahi';
import { dropTail } from '../../support/network';
import { every, impaired, MS, sendOver } from './support';

const LINK = { rate: 10e6, delay: 0, queue: dropTail(1000) };
const run = (
  opportunities: string,
  times: readonly number[],
  size: number | ((n: number) => number) = 1504,
  more = '',
) => sendOver({ ...LINK, ...impaired(`[ { trace: { opportunities: ${opportunities}${more} } } ]`) }, { times, size });
const timesOf = (...args: Parameters<typeof run>) => run(...args).arrivals.map(({ at }) => at / MS);

describe('a Mahimahi trace (mm-link)', () => {
  it('delivers the nth packet at the nth opportunity, and begins anew after the last', () => {
    const trace = [3, 3, 7, 20, 21];
    const expected = Array.from({ length: 23 }, (_, n) => 21 * Math.floor(n / 5) + trace[n % 5]!);
    assert.deepEqual(timesOf('[3, 3, 7, 20, 21]', every(0, 23)), expected);
  });

  it('has several opportunities in one millisecond, and one at 0 ms from the second lap on', () => {
    assert.deepEqual(timesOf('[0, 5, 5, 10]', every(0, 7)), [5, 5, 10, 10, 15, 15, 20]);
  });

  it('wastes an opportunity at which nothing waits', () => {
    assert.deepEqual(timesOf('[2, 4, 6]', [2.5 * MS, 100 * MS]), [4, 102]);
  });

  it('a packet that comes at the very moment of an opportunity is too late for it', () => {
    assert.deepEqual(timesOf('[2, 4, 6]', [4 * MS]), [6]);
  });

  it('an opportunity carries several small packets', () => {
    assert.deepEqual(timesOf('[2, 4]', every(0, 5), 752), [2, 2, 4, 4, 6]);
  });

  it('a packet goes on in the next opportunity when one is too small; what is left over carries the next', () => {
    // 1000 bytes each: the second has 504 in the first opportunity and 496 in the second
    assert.deepEqual(timesOf('[2, 4]', every(0, 3), 1000), [2, 4, 4]);
    assert.deepEqual(timesOf('[2, 4]', every(0, 2), 1504, ', bytes: 752'), [4, 8]);
  });

  it('what an opportunity has left when the buffer is empty is lost', () => {
    assert.deepEqual(
      timesOf('[2, 4]', [0, 3 * MS], (n) => (n === 0 ? 4 : 1504)),
      [2, 4],
    );
  });

  it('carries no more than its opportunities, and knows how much that is', () => {
    const { link, events } = run('[2, 2, 5]', every(0.1 * MS, 300));
    assert.ok(link.transmittedBytes <= link.capacityBytes);
    assert.equal(
      link.capacityBytes,
      (Math.floor(events.now / (5 * MS)) * 3 + (events.now % (5 * MS) >= 2 * MS ? 2 : 0)) * 1504,
    );
  });

  it('loses the opportunities of an outage', () => {
    const yaml = '[ { trace: { opportunities: [1, 2, 3, 4, 5] } }, { outage: { down: [ [1.5 ms, 3.5 ms] ] } } ]';
    const { arrivals } = sendOver({ ...LINK, ...impaired(yaml) }, { times: every(0, 3), size: 1504 });
    assert.deepEqual(
      arrivals.map(({ at }) => at / MS),
      [1, 4, 5],
    );
  });

  it('lets the buffer overflow as any link does', () => {
    const { arrivals, link } = sendOver(
      { ...LINK, queue: dropTail(3), ...impaired('[ { trace: { opportunities: [10] } } ]') },
      { times: every(MS, 6), size: 1504 },
    );
    assert.deepEqual(
      arrivals.map(({ n }) => n),
      [0, 1, 2],
    );
    assert.equal(link.droppedPackets, 3);
  });

  it('is read from text with one time on each line', () => {
    assert.deepEqual(parseMahimahi('0\n0\n12\r\n13\n'), [0, 0, 12, 13]);
  });

  for (const [text, line, message] of [
    ['1\n2x\n3\n', 2, /found "2x"; expected a time in ms/],
    ['1\n5\n4\n', 3, /not before the one above/],
    ['1\n\n4\n', 2, /expected a time in ms/],
    ['', 1, /the last is above 0/],
    ['0\n0\n', 3, /the last is above 0/],
  ] as const) {
    it(`is refused with the line when it reads ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseMahimahi(text),
        (error) => error instanceof DataFileError && error.line === line && message.test(error.message),
      );
    });
  }
});
