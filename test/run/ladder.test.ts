import assert from 'node:assert/strict';
import { ladderText } from '../../sim/node/ladder-text';
import { ladderOf } from '../../sim/run/ladder';
import { scenarioOf } from '../support/scenario';

const text = (loss: number) => `
title: ladder
network: { chain: { segments: 2, rate: 10 Mbit/s, rtt: 40 ms, loss: ${loss} } }
signalling: { servers: [{ on: between }] }
sessions: [{ name: A, from: first, to: last, app: { im-session: { messages: 1 } } }]
run: { duration: 100 s }
`;

describe('a ladder of a run', () => {
  it('has every message with its times, in the order in which they were sent', () => {
    const { nodes, rungs } = ladderOf(scenarioOf(text(0)), [1, 2, 3, 4], 1000);
    assert.deepEqual(nodes, ['n0', 'n1', 'n2']);
    assert.deepEqual(rungs.slice(0, 4).map(({ from, to, what }) => `${from}>${to} ${what}`), ['n0>n1 INVITE', 'n1>n0 100 Trying', 'n1>n2 INVITE', 'n2>n1 180 Ringing']); // prettier-ignore
    for (const { sentAt, arrivedAt, bytes } of rungs) {
      // 10 ms of propagation and what the bytes take at 10 Mbit/s
      assert.ok(Math.abs(arrivedAt - sentAt - 10e6 - (bytes + 28) * 800) < 2e6, `${arrivedAt - sentAt}`);
    }
    assert.equal(rungs.at(-1)!.what, '200 OK');
  });

  it('given losses, tells which transmission arrived and which was lost', () => {
    const { rungs } = ladderOf(scenarioOf(text(0.3)), [1, 2, 3, 5], 200);
    const arrived = rungs.filter(({ arrivedAt }) => arrivedAt >= 0);
    // a retransmission comes 500 ms later: it does not count as the arrival of what was lost
    assert.ok(arrived.every(({ sentAt, arrivedAt }) => arrivedAt - sentAt < 20e6));
    const lostFirst = rungs.findIndex(({ arrivedAt, again }) => arrivedAt < 0 && !again);
    assert.ok(rungs.some(({ what, again, arrivedAt }) => again && arrivedAt >= 0 && what === rungs[lostFirst]!.what));
  });

  it('marks a 200 that its callee, and an ACK that its caller sends again (RFC 3261 sections 13.3.1.4, 13.2.2.4)', () => {
    const seen = [1, 2, 3, 4, 5, 6].flatMap((n) => ladderOf(scenarioOf(text(0.3)), [1, 2, 3, n], 200).rungs);
    const first = new Set<string>();
    for (const what of ['200 OK', 'ACK']) {
      if (seen.some((rung) => rung.again && rung.what === what)) first.add(what);
    }
    assert.deepEqual([...first], ['200 OK', 'ACK']);
  });

  it('is drawn with arrows from node to node, what was lost and what came again', () => {
    const ladder = ladderOf(scenarioOf(text(0.3)), [1, 2, 3, 5], 200);
    const again = ladder.rungs.filter((rung) => rung.again).length;
    const lost = ladder.rungs.filter((rung) => rung.arrivedAt < 0).length;
    assert.ok(again > 0 && lost > 0, `${again} again, ${lost} lost`);
    const drawn = ladderText(ladder, 100).split('\n');
    assert.match(drawn[0]!, /^ +n0 +n1 +n2$/);
    assert.equal(drawn.filter((line) => line.includes('(again)')).length, again);
    assert.equal(drawn.filter((line) => line.includes('x|')).length + drawn.filter((line) => line.includes('|x')).length, lost); // prettier-ignore
    assert.match(drawn[1]!, /^0\.0000 s +\|-+ INVITE -+[>x]\|/);
  });

  it('stops at as many messages as asked for, and says so where there is no signalling', () => {
    assert.equal(ladderOf(scenarioOf(text(0)), [1, 2, 3, 4], 5).rungs.length, 5);
    assert.equal(ladderText({ nodes: [], rungs: [] }, 80), 'No signalling.');
  });
});
