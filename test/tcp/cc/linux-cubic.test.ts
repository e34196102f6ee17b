import assert from 'node:assert/strict';
import { LinuxCubicGrowth } from '../../../sim/tcp/cc/linux-cubic';
import { congestionControl, connect, dropTail, End, MS, pair, SECOND, tcpConfig } from '../../support/network';

const MSS = 1000;
const C = 0.4;

describe('CUBIC as Linux counts (net/ipv4/tcp_cubic.c)', () => {
  it('grows by one segment in twenty before the first loss', () => {
    const growth = new LinuxCubicGrowth(C, false, MSS);
    let window = 100;
    for (let i = 0; i < 100; i++) window = growth.grow(window, MSS, 0, i * MS, 10 * MS);
    assert.equal(window, 105);
  });

  it('asks for a whole number of segments to be acknowledged for one of growth, looking one smallest RTT ahead', () => {
    // given: an epoch that begins at its plateau
    const growth = new LinuxCubicGrowth(C, false, MSS);
    growth.grow(170, 0, 170, 0, 200 * MS);
    // when: 3 s later, 0.4 * 3.2 ^ 3 = 13.1 segments above; 0.4 * 3 ^ 3 = 10.8 without looking ahead
    let acked = 0;
    for (let window = 170; window === 170; acked++) window = growth.grow(window, MSS, 170, 3 * SECOND, 200 * MS);
    // then: 170 / 13, rounded down
    assert.equal(acked, 13);
  });

  it('keeps a count for a 32nd of a second while the window is the same', () => {
    const growth = new LinuxCubicGrowth(1e6, false, MSS);
    // at the plateau: a hundred windows for a segment
    growth.grow(20, 0, 20, 0, 0);
    assert.equal(growth.grow(20, 2 * MSS, 20, 31 * MS, 0), 20);
    // far beyond it: two segments for one
    assert.equal(growth.grow(20, 0, 20, 32 * MS, 0), 21);
  });

  it('is no slower than Reno with alpha 8/15', () => {
    const grown = (friendly: boolean): number => {
      const growth = new LinuxCubicGrowth(1e-9, friendly, MSS);
      let window = 30;
      for (let i = 0; i < 3000; i++) window = growth.grow(window, MSS, 30, i * MS, 10 * MS);
      return window;
    };
    // W^2 grows by 2 alpha for each segment
    assert.equal(grown(true), Math.floor(Math.sqrt(30 ** 2 + (2 * 3000 * 8) / 15)));
    assert.equal(grown(false), 31);
  });

  it('one flow over 10 Mbit/s, 40 ms, 133 packets repeats the cycle traced on Linux 6.18: 5 lost, 172 to 120, 2 lost, 169 to 118', () => {
    const net = pair({ delay: 20 * MS, queue: dropTail(133) });
    const config = tcpConfig({ sendBuffer: 1 << 26, receiveBuffer: 1 << 26 });
    const client = new End();
    connect(net, client, new End(), {
      config,
      congestionControl: congestionControl('cubic', { counting: 'linux', hystart: 'hystart' }),
    });
    client.connection!.writeAll(1e9);
    const thresholds: number[] = [];
    const retransmitted: number[] = [];
    for (const second of [20, 28, 36]) {
      net.simulation.run(second * SECOND);
      const { cc, retransmittedSegments } = client.connection!.sender!;
      thresholds.push(cc.ssthresh / 1448);
      retransmitted.push(retransmittedSegments);
    }
    assert.deepEqual(thresholds, [118, 120, 118]);
    assert.deepEqual([retransmitted[1]! - retransmitted[0]!, retransmitted[2]! - retransmitted[1]!], [5, 2]);
  });
});
