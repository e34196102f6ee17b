import assert from 'node:assert/strict';
import * as z from 'zod';
import { ClassicHyStart, type ClassicHyStartParams } from '../../../sim/tcp/cc/classic-hystart';
import { hystartParams } from '../../../sim/tcp/cc/hystart';
import { ackOf } from '../../support/ack';
import { makeFlow, solo } from '../../support/solo';

const MSS = 1000;
const MS = 1e6;

/** Feeds one round of `count` ACKs, `gap` ms apart, with an RTT of `rtt` ms; says after how many slow start was over, or 0. */
function rounds(changes: Partial<ClassicHyStartParams> = {}) {
  const flow = makeFlow(MSS, 10 * MSS);
  const hystart = new ClassicHyStart(
    {
      ...z.strictObject(hystartParams).parse({}),
      hystartTrains: true,
      hystartDelay: true,
      ...changes,
    },
    flow,
  );
  let una = 0;
  return (count: number, gap: number, rtt: number, window = 32): number => {
    flow.now += 1000 * MS;
    const first = una + 1;
    for (let i = 1; i <= count; i++) {
      una = first + i;
      if (hystart.onAck(ackOf({ una, nxt: first + count, rtt: rtt * MS }), window * MSS)) return i;
      flow.now += gap * MS;
    }
    return 0;
  };
}

describe('HyStart (Ha and Rhee 2011, as Linux has it)', () => {
  it('ends slow start when a train of ACKs is as long as half the smallest RTT', () => {
    const round = rounds();
    assert.equal(round(20, 0.5, 80), 0);
    // 40 ms are over with the 42nd ACK at 1 ms each
    assert.equal(round(60, 1, 80), 42);
  });

  it('takes ACKs further apart than 2 ms for no train', () => {
    const round = rounds();
    assert.equal(round(60, 2.1, 80), 0);
  });

  it('ends slow start when the RTT of a round has risen by an eighth, after eight samples', () => {
    const round = rounds();
    assert.equal(round(20, 0.1, 80), 0);
    assert.equal(round(20, 0.1, 90), 0);
    assert.equal(round(20, 0.1, 91), 9);
  });

  it('watches only what it is told to', () => {
    assert.equal(rounds({ hystartTrains: false })(60, 1, 80), 0);
    const round = rounds({ hystartDelay: false });
    round(20, 0.1, 80);
    assert.equal(round(20, 0.1, 200), 0);
  });

  it('does nothing below 16 segments', () => {
    const round = rounds();
    assert.equal(round(60, 1, 80, 15), 0);
  });

  it('begins its first round when the window has reached 16 segments', () => {
    const round = rounds();
    // eight samples of a round that began too early would be enough for the ninth, were they counted
    assert.equal(round(8, 0.1, 80, 15), 0);
    assert.equal(round(20, 0.1, 91, 16), 9);
    const halfway = rounds();
    halfway(4, 0.1, 80, 15);
    assert.equal(halfway(8, 0.1, 91, 16), 0);
  });

  it('leaves slow start with less loss than no HyStart, and at once', () => {
    const path = { rate: 50e6, rtt: 80, buffer: 1000, duration: 6 };
    const plain = solo('cubic', path, { hystart: 'off' });
    const classic = solo('cubic', path, { hystart: 'hystart' });
    assert.ok(plain.lost > 1000, `${plain.lost}`);
    assert.equal(classic.lost, 0);
  });
});
