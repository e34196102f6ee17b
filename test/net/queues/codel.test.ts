import assert from 'node:assert/strict';
import { Ecn } from '../../../sim/core/packet';
import { codel } from '../../../sim/net/queues/codel';
import { make, MS, merge, stream, TestHost, TestLink } from './support';

/** At 10 Mbit/s a packet of 125 bytes takes 0.1 ms. */
const SIZE = 125;
const PACKET_TIME = 0.1 * MS;
/** Times of drops, in units of the interval after the delay first reached the target. */
const SCHEDULE = [1, 2, 2.707, 3.284, 3.784, 4.232, 4.64, 5.018, 5.371, 5.705];

function link(params: object = {}): TestLink {
  const host = new TestHost();
  return new TestLink(host, make(codel, { limit: '100000 packets', ...params }, host));
}

/** One and a half times the link rate, whatever is dropped. */
function overload(until: number, from = 0, ecn: number = Ecn.notEct) {
  return stream(1, SIZE, PACKET_TIME / 1.5, until, from, ecn);
}

function assertSchedule(times: readonly number[], above: number, interval: number): void {
  SCHEDULE.forEach((expected, i) => {
    const time = (times[i]! - above) / interval;
    assert.ok(Math.abs(time - expected) <= PACKET_TIME / interval + 0.001, `drop ${i}: ${time}, expected ${expected}`);
  });
}

describe('CoDel, RFC 8289', () => {
  it('drops at 100, 200, 270.7, 328.4 ms ... under a standing queue (section 5.6: interval / sqrt(count))', () => {
    const { host, sent } = link().run(overload(600 * MS), 600 * MS);
    const above = sent.find((s) => s.delay >= 5 * MS)!.at;
    assertSchedule(
      host.dropped.map((d) => d.at),
      above,
      100 * MS,
    );
  });

  it('scales the schedule with INTERVAL', () => {
    const { host, sent } = link({ target: '1 ms', interval: '20 ms' }).run(overload(200 * MS), 200 * MS);
    const above = sent.find((s) => s.delay >= 1 * MS)!.at;
    assertSchedule(
      host.dropped.map((d) => d.at),
      above,
      20 * MS,
    );
  });

  it('marks on the same schedule when packets are ECN-capable, and drops none', () => {
    const { host, sent } = link().run(overload(600 * MS, 0, Ecn.ect0), 600 * MS);
    const above = sent.find((s) => s.delay >= 5 * MS)!.at;
    assert.equal(host.dropped.length, 0);
    assertSchedule(
      host.marks.map((m) => m.at),
      above,
      100 * MS,
    );
  });

  it('drops ECN-capable packets when ECN is off', () => {
    const { host } = link({ ecn: false }).run(overload(300 * MS, 0, Ecn.ect0), 300 * MS);
    assert.equal(host.marks.length, 0);
    assert.ok(host.dropped.length > 0);
  });

  it('lets a burst pass that drains within an interval', () => {
    // 900 packets at once: 90 ms of queue, below target again after 85 ms
    const burst = stream(1, SIZE, 0.001 * MS, 0.9 * MS);
    const { host, sent } = link().run(burst, 200 * MS);
    assert.equal(sent.length, 900);
    assert.equal(host.dropped.length, 0);
  });

  it('does not drop while no more than one MTU is queued, however slow the link (section 5.6)', () => {
    const host = new TestHost();
    host.rate = 64_000;
    const slow = new TestLink(host, make(codel, {}, host));
    // 187.5 ms to send one packet; one more waits behind it all the time
    slow.run(merge(stream(1, 1500, 1, 1), stream(1, 1500, 187.5 * MS, 20_000 * MS)), 20_000 * MS);
    assert.ok(slow.sent.slice(1).every((s) => s.delay > 5 * MS));
    assert.equal(host.dropped.length, 0);
  });

  it('resumes near the last drop rate when the queue comes back within 16 intervals (section 5.5)', () => {
    const once = link().run(overload(600 * MS), 600 * MS);
    const before = once.host.dropped.length;
    const again = link();
    again.run(merge(overload(600 * MS), overload(1900 * MS, 1500 * MS)), 1900 * MS);
    const later = again.host.dropped.map((d) => d.at).filter((at) => at > 1500 * MS);
    const resumed = again.host.dropped.filter((d) => d.at < 1500 * MS).length - 1;
    assert.ok(resumed >= before - 1);
    const expected = (100 * MS) / Math.sqrt(resumed);
    assert.ok(Math.abs(later[1]! - later[0]! - expected) < 2 * PACKET_TIME);
  });

  it('starts over when the queue comes back later than that', () => {
    const later = link();
    later.run(merge(overload(600 * MS), overload(4000 * MS, 3500 * MS)), 4000 * MS);
    const times = later.host.dropped.map((d) => d.at).filter((at) => at > 3500 * MS);
    assert.ok(Math.abs(times[1]! - times[0]! - 100 * MS) < 2 * PACKET_TIME);
  });

  it('marks everything above CE_THRESHOLD (RFC 8290 section 5.2.7)', () => {
    const { sent } = link({ ceThreshold: '2 ms' }).run(overload(90 * MS, 0, Ecn.ect1), 90 * MS);
    assert.ok(sent.some((s) => s.delay > 2 * MS));
    for (const { p, delay } of sent) assert.equal(p.ecn, delay > 2 * MS ? Ecn.ce : Ecn.ect1);
  });
});
