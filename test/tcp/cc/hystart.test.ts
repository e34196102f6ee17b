import assert from 'node:assert/strict';
import { bind } from '../../../sim/core/plugin';
import { HyStart, hystartParams } from '../../../sim/tcp/cc/hystart';
import type { ParamsOf } from '../../../sim/core/plugin';
import { ackOf } from '../../support/ack';
import { solo } from '../../support/solo';

const MSS = 1000;
const MS = 1e6;

function make(changes: object = {}): HyStart {
  const plugin = {
    summary: '',
    reference: '',
    params: hystartParams,
    create: (params: ParamsOf<typeof hystartParams>) => new HyStart(params, MSS),
  };
  return bind<null, HyStart>(plugin as never, changes)(null);
}

/** Feeds rounds of `samples` ACKs with one RTT each, ms; returns what the last ACK said. */
function feed(hystart: HyStart, rtts: readonly number[], samples = 8): boolean {
  let over = false;
  for (const rtt of rtts) {
    for (let i = 0; i < samples; i++) {
      // the first ACK of a round passes windowEnd and sets the next one
      const una = clock.una + i;
      over = hystart.onAck(ackOf({ una, nxt: clock.una + samples, rtt: rtt * MS })) || over;
    }
    clock.una += samples;
  }
  return over;
}
const clock = { una: 0 };

describe('HyStart++ (RFC 9406)', () => {
  beforeEach(() => (clock.una = 0));

  it('enters CSS when the round minimum rose by RttThresh (section 4.2)', () => {
    // RttThresh = 80 ms / 8 = 10 ms
    const below = make();
    feed(below, [80, 89]);
    assert.equal(below.inCss, false);
    clock.una = 0;
    const at = make();
    feed(at, [80, 90]);
    assert.equal(at.inCss, true);
  });

  it('keeps RttThresh within [4 ms, 16 ms] (section 4.3)', () => {
    for (const [base, threshold] of [
      [8, 4],
      [400, 16],
    ] as const) {
      clock.una = 0;
      const below = make();
      feed(below, [base, base + threshold - 0.5]);
      assert.equal(below.inCss, false, `${base} ms`);
      clock.una = 0;
      const at = make();
      feed(at, [base, base + threshold]);
      assert.equal(at.inCss, true, `${base} ms`);
    }
  });

  it('needs eight RTT samples in a round, and does not count ACKs without one', () => {
    const few = make();
    feed(few, [80, 200], 7);
    assert.equal(few.inCss, false);
    const none = make();
    clock.una = 0;
    feed(none, [80]);
    for (let i = 0; i < 20; i++) none.onAck(ackOf({ una: 8 + i, nxt: 100, rtt: -1 }));
    assert.equal(none.inCss, false);
  });

  it('grows a quarter as fast in CSS, and by at most L segments per ACK', () => {
    const hystart = make();
    assert.equal(hystart.growth(2 * MSS), 2 * MSS);
    assert.equal(hystart.growth(100 * MSS), 8 * MSS);
    feed(hystart, [80, 100]);
    assert.equal(hystart.growth(2 * MSS), MSS / 2);
    assert.equal(hystart.growth(100 * MSS), 2 * MSS);
  });

  it('ends slow start after CSS_ROUNDS rounds, the one it began in included', () => {
    const hystart = make();
    feed(hystart, [80, 100]);
    assert.equal(feed(hystart, [100, 100, 100, 100]), false);
    assert.equal(feed(hystart, [100]), true);
  });

  it('resumes slow start when the RTT falls below the baseline', () => {
    const hystart = make();
    feed(hystart, [80, 100, 100, 99]);
    assert.equal(hystart.inCss, false);
    assert.equal(hystart.growth(2 * MSS), 2 * MSS);
  });

  it('spares a deep buffer most of the overshoot of plain slow start', () => {
    const path = { rate: 50e6, rtt: 80, buffer: 1000, duration: 6 };
    const plain = solo('cubic', path, { hystart: 'off' });
    const guarded = solo('cubic', path);
    assert.ok(plain.lost > 1000, `${plain.lost}`);
    assert.ok(guarded.lost < plain.lost / 3, `${guarded.lost}`);
  });
});
