import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Packet } from '../../sim/core/packet';
import { PacketRing } from '../../sim/core/ring';

describe('PacketRing', () => {
  it('behaves as an array with push and shift, through growth and wrap-around', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 60 }), (steps) => {
        const ring = new PacketRing();
        const model: { p: Packet; at: number }[] = [];
        let now = 0;
        for (const step of steps) {
          for (let i = 0; i < Math.abs(step); i++) {
            now += 7;
            if (step > 0) {
              const p = new Packet();
              ring.push(p, now);
              model.push({ p, at: now });
            } else {
              assert.equal(ring.peek(), model[0]?.p ?? null);
              assert.equal(ring.headArrival, model[0]?.at ?? Infinity);
              assert.equal(ring.shift(), model.shift()?.p ?? null);
            }
            assert.equal(ring.length, model.length);
          }
        }
      }),
    );
  });
});
