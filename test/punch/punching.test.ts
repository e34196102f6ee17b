import assert from 'node:assert/strict';
import type { RunReply } from '../../sim/run/messages';
import { metricOf, runText } from '../support/scenario';

const BEHAVIOURS = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;
type Behaviour = (typeof BEHAVIOURS)[number];

/** A translator by its behaviours (RFC 4787 sections 4.1 and 5), or none. */
interface Box {
  readonly mapping: Behaviour;
  readonly filtering: Behaviour;
  readonly isThere: boolean;
}

const BOXES: readonly Box[] = [
  { mapping: 'endpoint-independent', filtering: 'endpoint-independent', isThere: false },
  ...BEHAVIOURS.flatMap((mapping) => BEHAVIOURS.map((filtering) => ({ mapping, filtering, isThere: true }))),
];

function textOf({ isThere, mapping, filtering }: Box): string {
  return isThere ? `${mapping} mapping, ${filtering} filtering` : 'no translator';
}

function yamlOf({ isThere, mapping, filtering }: Box, more = ''): string {
  return isThere ? `{ nat: { mapping: ${mapping}, filtering: ${filtering}, ${more} } }` : 'none';
}

function punch(alice: string, bob: string, server = 'server', duration = '20 s'): RunReply {
  return runText(`
title: punch
network:
  graph:
    nodes: [alice, gw-a, core, server, gw-b, bob, host]
    links:
      - { between: [alice, gw-a], rate: 100 Mbit/s, delay: 1 ms }
      - { between: [gw-a, core], rate: 20 Mbit/s, delay: 10 ms }
      - { between: [core, gw-b], rate: 20 Mbit/s, delay: 10 ms }
      - { between: [gw-b, bob], rate: 100 Mbit/s, delay: 1 ms }
      - { between: [core, server], rate: 1 Gbit/s, delay: 20 ms }
      - { between: [core, host], rate: 1 Gbit/s, delay: 1 ms }
middleboxes: { gw-a: ${alice}, gw-b: ${bob} }
sessions:
  - { name: A, from: alice, to: bob, path: punched, traversal: { server: '${server}' }, app: { messages: { size: 500 B } } }
run: { duration: ${duration} }
`);
}

/** An end that others can find: its port towards the server is its port towards them. */
function isFound({ mapping }: Box): boolean {
  return mapping === 'endpoint-independent';
}

/** It lets in who comes from the address that it calls, whatever the port. */
function letsIn({ filtering }: Box): boolean {
  return filtering !== 'address-and-port-dependent';
}

/** Ford, Srisuresh and Kegel (2005), RFC 5128 section 3.4: who is found by both meets; else who is found has to let in. */
function meet(a: Box, b: Box): boolean {
  return (isFound(a) && isFound(b)) || (isFound(a) && letsIn(a)) || (isFound(b) && letsIn(b));
}

describe('TCP hole punching (RFC 5128 section 3.4)', () => {
  for (const a of BOXES) {
    it(`with ${textOf(a)} at the caller: as theory has it for all ten kinds at the callee`, () => {
      const found = BOXES.map((b) => {
        const reply = punch(yamlOf(a), yamlOf(b), 'server', '12 s');
        const isConnected = metricOf(reply, 'A', 'connected') === 1;
        assert.equal(metricOf(reply, 'A', 'messagesDelivered') > 0, isConnected, textOf(b));
        return [textOf(b), isConnected];
      });
      assert.deepEqual(
        found,
        BOXES.map((b) => [textOf(b), meet(a, b)]),
      );
    }).timeout(60_000);
  }

  it('takes both SYNs for one connection: both ends call, and nobody has to be called first', () => {
    const reply = punch('port-restricted-cone', 'port-restricted-cone');
    assert.equal(metricOf(reply, 'A', 'attempts'), 2);
    const time = metricOf(reply, 'A', 'setupTime');
    // two questions to the server of two round trips of 62 ms, the signalling of 50 ms twice, and the first SYN again after 1 s
    assert.ok(time < 1.5, `${time}`);
  });

  for (const answer of ['drop', 'reset', 'icmp']) {
    it(`comes about also where translators answer the first SYN by ${answer} (RFC 5382 REQ-4)`, () => {
      const box = `{ port-restricted-cone: { unsolicitedSyn: ${answer} } }`;
      assert.equal(metricOf(punch(box, box), 'A', 'connected'), 1);
    });
  }

  it('without a server works only where one of them can be called', () => {
    assert.equal(metricOf(punch('none', 'none', ''), 'A', 'connected'), 1);
    assert.equal(metricOf(punch('port-restricted-cone', 'none', ''), 'A', 'connected'), 1);
    assert.equal(metricOf(punch('none', 'full-cone', ''), 'A', 'connected'), 1);
    assert.equal(metricOf(punch('full-cone', 'full-cone', ''), 'A', 'connected'), 0);
  });

  it('goes past the translator where both ends are behind the same one', () => {
    const reply = runText(`
title: one translator
network:
  graph:
    nodes: [alice, bob, home, gw, core, server, host]
    links:
      - { between: [alice, home], delay: 1 ms }
      - { between: [bob, home], delay: 1 ms }
      - { between: [home, gw], delay: 1 ms }
      - { between: [gw, core], delay: 10 ms }
      - { between: [core, server], delay: 20 ms }
      - { between: [core, host], delay: 20 ms }
middleboxes: { gw: { symmetric: { hairpinning: none, inside: [home] } } }
sessions:
  - { name: A, from: alice, to: bob, path: punched, traversal: { server: server }, app: { messages: { size: 500 B } } }
run: { duration: 5 s }
`);
    assert.equal(metricOf(reply, 'A', 'connected'), 1);
    assert.ok(metricOf(reply, 'A', 'messageDelayMean') < 0.01);
  });
});
