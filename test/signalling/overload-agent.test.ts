import assert from 'node:assert/strict';
import { bytesOf } from '../../sim/core/byte-text';
import { EventQueue, Timer } from '../../sim/core/event-queue';
import { RandomStream } from '../../sim/core/random';
import { responseTo, type SipResponse } from '../../sim/sip/message';
import { paramOf, type Param } from '../../sim/sip/params';
import { parseSip } from '../../sim/sip/parse';
import { withParams } from '../../sim/sip/via';
import { offerOf, type Feedback, type OverloadControl } from '../../sim/signalling/overload/control';
import { overloadControls } from '../../sim/signalling/overload';
import { OverloadAgent } from '../../sim/signalling/overload-agent';
import { INVITE_F1 } from '../sip/examples';
import { MS, SEED } from '../support/network';

/** An agent of a server that tells `own`, and a clock to wind. */
function agentOf(control: OverloadControl, own: Feedback | null = null, passesOn = false) {
  const events = new EventQueue();
  const host = { random: new RandomStream(SEED, 'overload') };
  const receiver = { admits: () => true, retryAfter: 0, feedback: own };
  const agent = new OverloadAgent(control, receiver, events, host, passesOn);
  const wait = (ms: number) => {
    new Timer(events, () => undefined).arm(events.now + ms * MS);
    events.run(events.now + ms * MS);
  };
  return { agent, wait };
}

const controlOf = (name: 'loss' | 'rate' | 'window') =>
  overloadControls[name].create({ delay: 200 * MS, occupancy: 0.95, first: 20 } as never, undefined as never);

const request = parseSip(bytesOf(INVITE_F1));
if (request.kind !== 'request') throw new Error('expected a request');
const invite = request;

/** A 200 whose topmost Via says these things. */
function tells(params: readonly Param[], status = 200): SipResponse {
  const response = responseTo(invite, status);
  return { ...response, vias: [withParams(response.vias[0]!, params)] };
}

const loss = (percent: number, sequence: string, validity: string | null = '500'): Param[] => [
  ['oc', String(percent)],
  ['oc-algo', '"loss"'],
  ...(validity === null ? [] : [['oc-validity', validity] as const]),
  ['oc-seq', sequence],
];

const CORE = '10.0.0.2';

/** How many of 100 new requests may go. */
function admitted(agent: OverloadAgent): number {
  let count = 0;
  for (let i = 0; i < 100; i++) if (agent.admits(CORE)) count++;
  return count;
}

describe('feedback about overload, at the server that gets it', () => {
  it('given oc-validity=300, holds for 300 ms and no longer (RFC 7339 section 4.3)', () => {
    const { agent, wait } = agentOf(controlOf('loss'));
    agent.onResponse(CORE, tells(loss(100, '1.0', '300')), true);
    wait(299);
    assert.equal(admitted(agent), 0);
    wait(1);
    assert.equal(admitted(agent), 100);
  });

  it('given no oc-validity, holds for 500 ms (RFC 7339 section 4.3)', () => {
    const { agent, wait } = agentOf(controlOf('loss'));
    agent.onResponse(CORE, tells(loss(100, '1.0', null)), true);
    wait(499);
    assert.equal(admitted(agent), 0);
    wait(1);
    assert.equal(admitted(agent), 100);
  });

  it('given oc-validity=0, ends what was asked before (RFC 7339 section 4.3)', () => {
    const { agent } = agentOf(controlOf('loss'));
    agent.onResponse(CORE, tells(loss(100, '1.0')), true);
    agent.onResponse(CORE, tells(loss(100, '2.0', '0')), true);
    assert.equal(admitted(agent), 100);
  });

  it('told again, holds from then on', () => {
    const { agent, wait } = agentOf(controlOf('loss'));
    agent.onResponse(CORE, tells(loss(100, '1.0')), true);
    wait(400);
    agent.onResponse(CORE, tells(loss(100, '1.4')), true);
    wait(400);
    assert.equal(admitted(agent), 0);
  });

  it('given a smaller oc-seq than the last, is not taken, be the last expired or not (RFC 7339 section 4.4)', () => {
    const { agent, wait } = agentOf(controlOf('loss'));
    agent.onResponse(CORE, tells(loss(0, '10.5')), true);
    agent.onResponse(CORE, tells(loss(100, '9.75')), true);
    assert.equal(admitted(agent), 100);
    wait(600);
    agent.onResponse(CORE, tells(loss(100, '10.49999')), true);
    assert.equal(admitted(agent), 100);
    agent.onResponse(CORE, tells(loss(100, '10.50001')), true);
    assert.equal(admitted(agent), 0);
  });

  it('orders each server by its own numbers', () => {
    const { agent } = agentOf(controlOf('loss'));
    agent.onResponse('10.0.0.9', tells(loss(0, '99.0')), true);
    agent.onResponse(CORE, tells(loss(100, '1.0')), true);
    assert.equal(admitted(agent), 0);
  });

  for (const [what, params] of [
    ['without oc-seq, which a server MUST insert', loss(100, '1.0').slice(0, -1)],
    ['with an oc-seq without a dot (section 8)', loss(100, '1')],
    ['with an oc-validity that is no number', loss(100, '1.0', 'soon')],
    [
      'of an algorithm that was not offered (section 4.2)',
      [
        ['oc', '100'],
        ['oc-algo', '"rate"'],
        ['oc-seq', '1.0'],
      ],
    ],
  ] as [string, Param[]][]) {
    // prettier-ignore
    it(`${what}, is ignored`, () => {
      const { agent } = agentOf(controlOf('loss'));
      agent.onResponse(CORE, tells(params), true);
      assert.equal(admitted(agent), 100);
    });
  }

  it('of a rate and of a window ends too: what is then allowed is what was at first', () => {
    for (const [name, first] of [
      ['rate', 100],
      ['window', 20],
    ] as const) {
      // prettier-ignore
      const { agent, wait } = agentOf(controlOf(name));
      const told: Param[] = [['oc', '1'], ['oc-algo', `"${name}"`], ['oc-validity', '500'], ['oc-seq', '1.0']]; // prettier-ignore
      agent.onResponse(CORE, tells(told, 100), false);
      const held = admitted(agent);
      assert.ok(held <= 6, `${name}: ${held}`);
      wait(500);
      // what was let through is under way still
      assert.equal(admitted(agent), name === 'window' ? first - held : first, name);
    }
  });
});

describe('feedback about overload, at the server that gives it', () => {
  const offered = tells(offerOf('loss'));
  const numberOf = (response: SipResponse, name: string) => paramOf(response.vias[0]!.params, name);

  it('has an oc-seq that grows, of digits, a dot and digits (RFC 7339 sections 4.4 and 8)', () => {
    const { agent, wait } = agentOf(controlOf('loss'), { oc: 20, algorithm: 'loss' });
    let last = -1;
    for (let i = 0; i < 5; i++) {
      const sequence = numberOf(agent.answer(offered), 'oc-seq') ?? '';
      assert.match(sequence, /^\d{1,12}\.\d{1,5}$/);
      assert.ok(Number(sequence) > last, `${sequence} after ${last}`);
      last = Number(sequence);
      if (i > 2) wait(700);
    }
  });

  it('is for clients alone that have offered its algorithm (RFC 7339 section 4.2)', () => {
    const { agent } = agentOf(controlOf('loss'), { oc: 20, algorithm: 'loss' });
    assert.equal(numberOf(agent.answer(offered), 'oc'), '20');
    assert.equal(numberOf(agent.answer(tells(offerOf('rate'))), 'oc'), null);
    assert.equal(numberOf(agent.answer(tells([['oc', null], ['oc-algo', '"rate,loss"']])), 'oc'), '20'); // prettier-ignore
    assert.equal(numberOf(agent.answer(tells([])), 'oc'), undefined);
  });

  it('passed on, is the strictest that still holds, for the time that is left to it (RFC 6357 section 4.1)', () => {
    const { agent, wait } = agentOf(controlOf('loss'), { oc: 10, algorithm: 'loss' }, true);
    agent.onResponse(CORE, tells(loss(60, '1.0', '300')), true);
    agent.onResponse('10.0.0.9', tells(loss(40, '1.0', '800')), true);
    const said = () => ['oc', 'oc-validity'].map((name) => numberOf(agent.answer(offered), name));
    wait(100);
    assert.deepEqual(said(), ['60', '200']);
    wait(200);
    assert.deepEqual(said(), ['40', '500']);
    wait(500);
    assert.deepEqual(said(), ['10', '500']);
  });
});
