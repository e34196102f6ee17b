import assert from 'node:assert/strict';
import { Ecn, Flag, NO_OPTION, Packet, PacketPool } from '../../sim/core/packet';

describe('PacketPool', () => {
  it('counts what is out and makes no more than the most that were', () => {
    const pool = new PacketPool();
    const taken = [pool.take(), pool.take(), pool.take()];
    assert.deepEqual([pool.live, pool.made], [3, 3]);
    for (const p of taken) pool.give(p);
    assert.deepEqual([pool.live, pool.made], [0, 3]);
    pool.take();
    assert.deepEqual([pool.live, pool.made], [1, 3]);
  });

  it('gives back the packet that was used last', () => {
    const pool = new PacketPool();
    const [a, b] = [pool.take(), pool.take()];
    pool.give(a);
    pool.give(b);
    assert.equal(pool.take(), b);
    assert.equal(pool.take(), a);
  });

  it('leaves no option, mark or payload of the earlier use', () => {
    const pool = new PacketPool();
    const p = pool.take();
    Object.assign(p, { ecn: Ecn.ce, ttl: 3, mss: 1460, windowScale: 7, sackPermitted: true, tsVal: 9 });
    Object.assign(p, { sackCount: 2, payload: {}, corrupt: true });
    pool.give(p);
    const again = pool.take();
    const fresh = new Packet();
    for (const field of [
      'ecn',
      'ttl',
      'mss',
      'windowScale',
      'sackPermitted',
      'tsVal',
      'sackCount',
      'payload',
      'corrupt',
    ] as const) {
      assert.equal(again[field], fresh[field], field);
    }
    assert.equal(again.mss, NO_OPTION);
  });

  it('copies every field, and SACK blocks into room of their own', () => {
    const pool = new PacketPool();
    const p = pool.take();
    Object.assign(p, { src: 1, dst: 2, flags: Flag.ack, seq: 11, ack: 22, size: 52, flow: 5, tsVal: 7, tsEcr: 8 });
    const sack = p.sackRoom();
    [sack[0], sack[1], sack[2], sack[3]] = [100, 200, 300, 400];
    p.sackCount = 2;
    const copy = pool.copy(p);
    for (const [field, value] of Object.entries(p)) {
      if (field !== 'sack' && field !== 'id') assert.equal(copy[field as keyof Packet], value, field);
    }
    assert.notEqual(copy.id, p.id);
    assert.deepEqual(copy.sack.slice(0, 4), [100, 200, 300, 400]);
    sack[0] = 999;
    assert.equal(copy.sack[0], 100);
    assert.equal(pool.live, 2);
  });

  it('gives SACK room only to packets that ask, and not one array to two', () => {
    const pool = new PacketPool();
    const [a, b] = [pool.take(), pool.take()];
    a.sackRoom()[0] = 5;
    assert.notEqual(a.sack, b.sack);
    assert.equal(b.sack.length, 0);
    assert.notEqual(b.sackRoom(), a.sackRoom());
  });
});
