import assert from 'node:assert/strict';
import { bind } from '../../../sim/core/plugin';
import { dropTail } from '../../../sim/net/queues/drop-tail';
import { Fifo } from '../../../sim/net/queues/fifo';
import { Drop } from '../../../sim/net/queue';
import { TestHost, packet } from './support';

function limits(text: string, host: Partial<TestHost>): unknown {
  return bind(dropTail, { limit: text })(Object.assign(new TestHost(), host));
}

describe('drop-tail', () => {
  it('counts packets', () => {
    assert.deepEqual(limits('67 packets', {}), { kind: 'drop-tail', maxPackets: 67, maxBytes: Infinity });
  });

  it('counts bytes', () => {
    assert.deepEqual(limits('64 KiB', {}), { kind: 'drop-tail', maxPackets: Infinity, maxBytes: 65536 });
  });

  it('turns time into bytes at the link rate: 100 ms of 10 Mbit/s is 125,000 bytes', () => {
    assert.deepEqual(limits('100 ms', { rate: 10e6 }), { kind: 'drop-tail', maxPackets: Infinity, maxBytes: 125000 });
  });

  it('takes a BDP from the path', () => {
    assert.deepEqual(limits('0.5 BDP', { bdp: 50000 }), { kind: 'drop-tail', maxPackets: Infinity, maxBytes: 25000 });
  });

  it('refuses a BDP where the path is unknown', () => {
    assert.throws(() => limits('1 BDP', { bdp: 0 }), /needs a path with a known round trip/);
  });
});

describe('Fifo', () => {
  it('refuses the packet that does not fit, and takes a smaller one after it', () => {
    const host = new TestHost();
    const fifo = new Fifo(host, { maxPackets: Infinity, maxBytes: 2000 });
    assert.equal(fifo.push(packet(1, 1500)), Drop.none);
    assert.equal(fifo.push(packet(1, 501)), Drop.overflow);
    assert.equal(fifo.push(packet(1, 500)), Drop.none);
    assert.equal(fifo.bytes, 2000);
    assert.equal(fifo.packets, 2);
  });
});
