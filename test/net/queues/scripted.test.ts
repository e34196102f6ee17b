import assert from 'node:assert/strict';
import { scripted } from '../../../sim/net/queues/scripted';
import { Drop, type Queue } from '../../../sim/net/queue';
import { make, packet, TestHost } from './support';

/** Offers `count` packets of `length` payload bytes; 'x' is lost, 'f' refused for lack of room, '.' taken. */
function offer(queue: Queue, count: number, length: number): string {
  const letters = { [Drop.none]: '.', [Drop.loss]: 'x', [Drop.overflow]: 'f' } as Record<Drop, string>;
  return Array.from({ length: count }, () => {
    const p = packet(1);
    p.length = length;
    return letters[queue.push(p)];
  }).join('');
}

describe('scripted', () => {
  const queueWith = (params: object) => make(scripted, params, new TestHost());

  it('loses the packets of its list, once each, counted from 1', () => {
    assert.equal(offer(queueWith({ drop: [2, 5] }), 8, 1000), '.x..x...');
  });

  it('loses every n-th', () => {
    assert.equal(offer(queueWith({ every: 3 }), 8, 1000), '..x..x..');
  });

  it('neither counts nor loses packets without payload: ACKs, SYNs', () => {
    const queue = queueWith({ drop: [1] });
    assert.equal(offer(queue, 3, 0), '...');
    assert.equal(offer(queue, 2, 1000), 'x.');
  });

  it('is a drop-tail queue otherwise', () => {
    assert.equal(offer(queueWith({ limit: '3 packets', drop: [1] }), 6, 1000), 'x...ff');
  });
});
