import assert from 'node:assert/strict';
import { Drop } from '../../../sim/net/queue';
import { dropTail } from '../../support/network';
import { every, impaired, MS, SECOND, sendOver } from './support';

/** 10 Mbit/s: 1250 bytes take 1 ms. */
const LINK = { rate: 10e6, delay: 10 * MS, queue: dropTail(1000) };
const arrivalsOf = (yaml: string, times: readonly number[], link: object = LINK) =>
  sendOver({ ...link, ...impaired(yaml) }, { times }).arrivals.map(({ at }) => at / MS);

describe('a rate schedule', () => {
  const slower = '{ steps: [ { at: 5 ms, rate: 5 Mbit/s } ] }';

  it('changes the rate at its time, to the nanosecond', () => {
    assert.deepEqual(arrivalsOf(`[ { rate-schedule: ${slower} } ]`, every(0, 7)), [11, 12, 13, 14, 15, 17, 19]);
  });

  it('changes it for what is left of the packet in transmission', () => {
    // 0.75 ms of the packet that begins at 4.25 ms are done when the rate is halved
    const times = [4.25 * MS, 4.25 * MS];
    assert.deepEqual(arrivalsOf(`[ { rate-schedule: ${slower} } ]`, times), [15.5, 17.5]);
    const faster = '[ { rate-schedule: { steps: [ { at: 5 ms, rate: 40 Mbit/s } ] } } ]';
    assert.deepEqual(arrivalsOf(faster, times), [15.0625, 15.3125]);
  });

  it('has each step, and begins anew when it repeats', () => {
    const steps = 'steps: [ { at: 0 ms, rate: 10 Mbit/s }, { at: 2 ms, rate: 1 Mbit/s } ]';
    const once = arrivalsOf(`[ { rate-schedule: { ${steps} } } ]`, every(0, 5));
    assert.deepEqual(once, [11, 12, 22, 32, 42]);
    // of each 4 ms: 2 at 10 and 2 at 1 Mbit/s, which is 2.2 packets
    const repeated = arrivalsOf(`[ { rate-schedule: { ${steps}, repeat: 4 ms } } ]`, every(0, 22));
    assert.equal(repeated[21], 10 + 40);
    assert.deepEqual(
      repeated.slice(0, 5).map((at) => Math.round(at * 10) / 10),
      [11, 12, 14.8, 15.8, 18.6],
    );
  });

  it('leaves the rate of the link until the first step', () => {
    assert.deepEqual(arrivalsOf('[ { rate-schedule: { steps: [ { at: 1 s, rate: 1 kbit/s } ] } } ]', [0]), [11]);
  });

  it('knows what the link could have carried', () => {
    const { link, events } = sendOver(
      { ...LINK, ...impaired(`[ { rate-schedule: ${slower} } ]`) },
      { times: [], until: SECOND },
    );
    assert.equal(events.now, SECOND);
    assert.equal(Math.round(link.capacityBytes), (5 * 10e6 + 995 * 5e6) / 8e3);
  });
});

describe('a delay schedule', () => {
  const steps = 'steps: [ { at: 5 ms, delay: 30 ms }, { at: 20 ms, delay: 4 ms } ]';
  const fast = { ...LINK, rate: 10e12 };

  it('delays what leaves the transmitter from its time on', () => {
    const times = [0, 4 * MS, 5 * MS - 1, 6 * MS];
    assert.deepEqual(
      arrivalsOf(`[ { delay-schedule: { ${steps} } } ]`, times, fast),
      [10.000001, 14.000001, 35, 36.000001],
    );
  });

  it('lets packets overtake after a decrease only when told to', () => {
    const run = (keepOrder: boolean) =>
      sendOver(
        { ...fast, ...impaired(`[ { delay-schedule: { ${steps}, keepOrder: ${keepOrder} } } ]`) },
        { times: [19 * MS, 21 * MS, 60 * MS] },
      ).arrivals.map(({ n, at }) => [n, Math.floor(at / MS)]);
    assert.deepEqual(run(true), [
      [0, 49],
      [1, 49],
      [2, 64],
    ]);
    assert.deepEqual(run(false), [
      [1, 25],
      [0, 49],
      [2, 64],
    ]);
  });

  it('repeats', () => {
    const times = [0, 10, 100, 110].map((ms) => ms * MS);
    const yaml =
      '[ { delay-schedule: { steps: [ { at: 0 ms, delay: 1 ms }, { at: 5 ms, delay: 2 ms } ], repeat: 100 ms } } ]';
    assert.deepEqual(arrivalsOf(yaml, times, fast).map(Math.floor), [1, 12, 101, 112]);
  });
});

describe('an outage', () => {
  const down = 'down: [ [2.5 ms, 6 ms], [8 ms, 9 ms] ]';

  it('makes packets wait: service stops at once, in the middle of a packet, and goes on where it stopped', () => {
    // 2.5 packets before, then 2 from 6 ms to 8 ms, with the half
    assert.deepEqual(arrivalsOf(`[ { outage: { ${down} } } ]`, every(0, 6)), [11, 12, 16.5, 17.5, 19.5, 20.5]);
  });

  it('counts those that wait against the buffer, also when nothing is in transmission', () => {
    const { arrivals, link } = sendOver(
      { ...LINK, queue: dropTail(2), ...impaired('[ { outage: { down: [ [0 ms, 50 ms] ] } } ]') },
      { times: every(MS, 5, MS) },
    );
    assert.deepEqual(
      arrivals.map(({ n, at }) => [n, at / MS]),
      [
        [0, 61],
        [1, 62],
      ],
    );
    assert.equal(link.drops[Drop.overflow], 3);
  });

  it('or loses what leaves the transmitter while down; what is on the wire arrives', () => {
    // transmissions end at 1, 2, ... 9 ms
    const { arrivals, link } = sendOver(
      { ...LINK, ...impaired(`[ { outage: { ${down}, packets: are-lost } } ]`) },
      { times: every(0, 9) },
    );
    assert.deepEqual(
      arrivals.map(({ at }) => at / MS),
      [11, 12, 16, 17, 19],
    );
    assert.equal(link.drops[Drop.outage], 4);
  });

  it('repeats, and leaves out what is not over by then', () => {
    const yaml = '[ { outage: { down: [ [1 ms, 2 ms], [3 ms, 11 ms] ], repeat: 10 ms } } ]';
    assert.deepEqual(arrivalsOf(yaml, [0, 0, 10 * MS, 10 * MS]), [11, 13, 21, 23]);
  });

  it('together with another is over when both are', () => {
    const yaml = '[ { outage: { down: [ [1 ms, 4 ms] ] } }, { outage: { down: [ [3 ms, 6 ms] ] } } ]';
    assert.deepEqual(arrivalsOf(yaml, [0, 0]), [11, 17]);
  });

  it('and a change of rate meanwhile: the rest of the packet goes at the new rate', () => {
    const yaml =
      '[ { outage: { down: [ [0.5 ms, 4 ms] ] } }, { rate-schedule: { steps: [ { at: 2 ms, rate: 5 Mbit/s } ] } } ]';
    assert.deepEqual(arrivalsOf(yaml, [0, 0]), [15, 17]);
  });
});

describe('a random outage', () => {
  it('has the share of down time MTTR / (MTTF + MTTR)', () => {
    const times = every(MS, 200_000);
    const { link } = sendOver(
      {
        ...LINK,
        rate: 1e12,
        ...impaired('[ { random-outage: { meanUp: 300 ms, meanDown: 100 ms, packets: are-lost } } ]'),
      },
      { times },
    );
    const share = link.drops[Drop.outage]! / times.length;
    assert.ok(Math.abs(share - 0.25) < 0.03, `${share}`);
  });

  it('lets nothing through while down when packets wait, and then all', () => {
    const { arrivals, link } = sendOver(
      { ...LINK, queue: dropTail(), ...impaired('[ { random-outage: { meanUp: 50 ms, meanDown: 50 ms } } ]') },
      { times: every(3 * MS, 2000) },
    );
    assert.equal(arrivals.length, 2000);
    assert.equal(link.droppedPackets, 0);
    const waited = arrivals.filter(({ n, at }) => at - n * 3 * MS > 11 * MS).length;
    assert.ok(waited > 400, `${waited}`);
  });
});
