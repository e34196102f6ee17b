import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProportionalRateReduction } from '../../sim/tcp/prr';

const MSS = 1000;

/** A recovery in which every ACK delivers one segment and the sender sends whatever it may, in whole segments. */
function recover(recoverFs: number, ssthresh: number, lost: number, safe = true) {
  let pipe = (recoverFs - lost) * MSS;
  const prr = new ProportionalRateReduction(recoverFs * MSS, pipe);
  const sent: number[] = [];
  const pipes: number[] = [];
  for (let acked = 0; acked < recoverFs - lost; acked++) {
    pipe -= MSS;
    prr.onAck(MSS, pipe, ssthresh * MSS, MSS, safe);
    let burst = 0;
    for (; prr.window - pipe - burst * MSS >= MSS; burst++) prr.onSent(MSS);
    pipe += burst * MSS;
    sent.push(burst);
    pipes.push(pipe / MSS);
  }
  return { sent, pipes };
}

describe('ProportionalRateReduction (RFC 9937 section 6.2)', () => {
  it('sends in proportion to what is delivered: ssthresh/RecoverFS segments for each', () => {
    const { sent, pipes } = recover(20, 10, 1);
    // the first ACK forces the fast retransmit, half a segment early; from then on every second ACK sends one
    assert.deepEqual(sent.slice(0, 8), [1, 0, 0, 1, 0, 1, 0, 1]);
    assert.equal(pipes.at(-1), 10);
  });

  it('with a reduction to 0.7 sends seven for every ten', () => {
    const { sent, pipes } = recover(100, 70, 1);
    for (let i = 10; i <= 90; i += 10) {
      const total = sent.slice(0, i).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(total - 0.7 * i) <= 1, `${total} after ${i}`);
    }
    assert.equal(pipes.at(-1), 70);
  });

  it('grows back to ssthresh by one more segment per ACK when heavy loss left less in flight (slow start bound)', () => {
    const { sent, pipes } = recover(20, 10, 15);
    assert.deepEqual(sent, [2, 2, 2, 2, 2]);
    assert.deepEqual(pipes, [6, 7, 8, 9, 10]);
  });

  it('only replaces what was delivered while losses go on (conservative bound)', () => {
    const { sent, pipes } = recover(20, 10, 15, false);
    assert.deepEqual(sent, [1, 1, 1, 1, 1]);
    assert.deepEqual(pipes, [5, 5, 5, 5, 5]);
  });

  it('lets the fast retransmit go whatever the arithmetic says', () => {
    const prr = new ProportionalRateReduction(100 * MSS, 90 * MSS);
    assert.equal(prr.window, 90 * MSS);
    prr.onAck(1, 90 * MSS, 50 * MSS, MSS, false);
    assert.equal(prr.window, 91 * MSS);
  });

  it('sends the share of what was delivered while above ssthresh, and never goes beyond ssthresh from below', () => {
    const steps = fc.array(fc.record({ delivered: fc.integer({ min: 1, max: 3 * MSS }), safe: fc.boolean() }));
    const flight = fc.integer({ min: 10, max: 100 });
    const share = fc.double({ min: 0.3, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(steps, flight, share, (steps, segments, beta) => {
        const recoverFs = segments * MSS;
        const ssthresh = Math.floor(beta * recoverFs);
        let [pipe, total, out] = [recoverFs, 0, 0];
        const prr = new ProportionalRateReduction(recoverFs, pipe);
        for (const { delivered, safe } of steps) {
          if (delivered > pipe) break;
          pipe -= delivered;
          total += delivered;
          prr.onAck(delivered, pipe, ssthresh, MSS, safe);
          const allowance = prr.window - pipe;
          if (out === 0) assert.ok(allowance >= MSS);
          else if (pipe <= ssthresh) assert.ok(pipe + allowance <= ssthresh);
          else assert.equal(out + allowance, Math.max(out, Math.ceil((total * ssthresh) / recoverFs)));
          prr.onSent(allowance);
          out += allowance;
          pipe += allowance;
        }
      }),
      { numRuns: 2000, seed: 7 },
    );
  });
});
