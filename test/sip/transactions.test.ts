import assert from 'node:assert/strict';
import { EventQueue } from '../../sim/core/event-queue';
import type { Channel } from '../../sim/sip/channel';
import type { SipWire } from '../../sim/sip/encode';
import { NO_FIELDS, responseTo, type SipMessage, type SipRequest, type SipResponse } from '../../sim/sip/message';
import { nameAddr, withTag } from '../../sim/sip/name-addr';
import { type Core, TransactionLayer } from '../../sim/sip/transaction/layer';
import type { ServerTransaction } from '../../sim/sip/transaction/transaction';
import { sipUri } from '../../sim/sip/uri';

const TIMERS = { t1: 0.5e9, t2: 4e9, t4: 5e9 };
/** One way, s. */
const DELAY = 0.05;

/** What was sent: `0.5 INVITE`, with ` lost` where it did not arrive. */
type Log = string[];

interface Options {
  readonly method: string;
  readonly reliable?: boolean;
  /** Loses what is sent as number n, counted from 1 over both directions. */
  readonly lose?: (n: number, what: string) => boolean;
  /** Status codes that the server answers with, and when after the request, s. */
  readonly answers: readonly (readonly [after: number, status: number])[];
  /** Whether the server acknowledges: an ACK to a 2xx comes from the client's core. */
  readonly acknowledge?: boolean;
}

/** A client and a server with nothing between but delay and loss. */
function exchange({ method, reliable = false, lose = () => false, answers, acknowledge = true }: Options) {
  const events = new EventQueue();
  const log: Log = [];
  const outcome: string[] = [];
  let sent = 0;
  const channel = (deliver: (message: SipMessage, back: Channel) => void, back: () => Channel): Channel => ({
    isReliable: reliable,
    transport: reliable ? 'TCP' : 'UDP',
    peer: '',
    send: ({ message }: SipWire) => {
      const what = message.kind === 'request' ? message.method : String(message.status);
      const lost = lose(++sent, what);
      log.push(`${events.now / 1e9} ${what}${lost ? ' lost' : ''}`);
      if (!lost) at(events, DELAY, () => deliver(message, back()));
    },
  });
  const toServer: Channel = channel((message, back) => server.receive(message, back), () => toClient); // prettier-ignore
  const toClient: Channel = channel((message, back) => client.receive(message, back), () => toServer); // prettier-ignore
  const ofClient: Core = {
    onRequest: () => assert.fail('the client got a request'),
    onAck: () => assert.fail('the client got an ACK'),
    onStrayResponse: ({ status }) => outcome.push(`stray ${status}`),
  };
  const ofServer: Core = {
    onRequest: (request: SipRequest, transaction: ServerTransaction) => {
      outcome.push(`request ${request.method}`);
      for (const [after, status] of answers) at(events, after, () => transaction.respond(responseTo(request, status)));
    },
    onAck: () => outcome.push('ack at the core'),
    onStrayResponse: () => assert.fail('the server got a response'),
  };
  const client = new TransactionLayer(events, TIMERS, ofClient);
  const server = new TransactionLayer(events, TIMERS, ofServer);
  const request = requestOf(method, 'z9hG4bK1');
  client.request(request, toServer, {
    onResponse: ({ status }: SipResponse) => {
      outcome.push(String(status));
      if (status >= 200 && status < 300 && method === 'INVITE' && acknowledge) {
        toServer.send(client.wire({ ...requestOf('ACK', 'z9hG4bK2'), to: withTag(request.to, 'b') }));
      }
    },
    onTimeout: () => outcome.push(`timeout at ${events.now / 1e9}`),
  });
  events.run(1000e9);
  assert.deepEqual([client.size, server.size, events.size], [0, 0, 0], 'nothing is left');
  return { log, outcome };
}

function at(events: EventQueue, after: number, action: () => void): void {
  const wakeup = events.register({ fire: action });
  events.arm(wakeup, events.now + after * 1e9);
}

function requestOf(method: string, branch: string): SipRequest {
  return {
    kind: 'request',
    method,
    uri: sipUri('bob', 'b'),
    ...NO_FIELDS,
    vias: [{ transport: 'UDP', host: 'a', port: 0, params: [['branch', branch]] }],
    from: nameAddr(sipUri('alice', 'a'), '', [['tag', 'a']]),
    to: nameAddr(sipUri('bob', 'b')),
    callId: 'x',
    cseq: { number: 1, method },
    maxForwards: 70,
  };
}

const times = (log: Log, what: string) => log.filter((line) => line.split(' ')[1] === what).map((line) => Number(line.split(' ')[0])); // prettier-ignore

describe('SIP transactions when nobody answers (RFC 3261 section 17.1, table 4)', () => {
  it('INVITE over UDP: timer A doubles from T1, seven requests, timer B at 64 T1 = 32 s', () => {
    const { log, outcome } = exchange({ method: 'INVITE', answers: [], lose: () => true });
    assert.deepEqual(times(log, 'INVITE'), [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]);
    assert.deepEqual(outcome, ['timeout at 32']);
  });

  it('another request over UDP: timer E doubles to T2, eleven requests, timer F at 32 s', () => {
    const { log, outcome } = exchange({ method: 'OPTIONS', answers: [], lose: () => true });
    assert.deepEqual(times(log, 'OPTIONS'), [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]);
    assert.deepEqual(outcome, ['timeout at 32']);
  });

  for (const method of ['INVITE', 'OPTIONS']) {
    it(`${method} over TCP: sent once, given up at 32 s`, () => {
      const { log, outcome } = exchange({ method, reliable: true, answers: [], lose: () => true });
      assert.deepEqual(log, [`0 ${method} lost`]);
      assert.deepEqual(outcome, ['timeout at 32']);
    });
  }

  it('a provisional response ends the retransmissions of INVITE and timer B; others go on every T2 (17.1.2.2)', () => {
    const invite = exchange({ method: 'INVITE', answers: [[0, 100], [200, 486]] }); // prettier-ignore
    assert.deepEqual(times(invite.log, 'INVITE'), [0]);
    assert.deepEqual(invite.outcome, ['request INVITE', '100', '486']);
    const options = exchange({
      method: 'OPTIONS',
      answers: [
        [0, 100],
        [100, 200],
      ],
      lose: (n) => n > 2,
    });
    // timer E as it stood, then T2
    assert.deepEqual(times(options.log, 'OPTIONS'), [0, 0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5]);
    assert.equal(options.outcome.at(-1), 'timeout at 32');
  });
});

describe('INVITE refused over UDP, each message lost in turn (RFC 3261 figures 5 and 7)', () => {
  const answers = [[0, 100], [0.1, 180], [0.3, 486]] as const; // prettier-ignore
  const given = (...lost: number[]) => exchange({ method: 'INVITE', answers, lose: (n) => lost.includes(n) });

  it('none: INVITE, 100, 180, 486, ACK, each once', () => {
    const { log, outcome } = given();
    assert.deepEqual(log, ['0 INVITE', '0.05 100', '0.15 180', '0.35 486', '0.4 ACK']);
    assert.deepEqual(outcome, ['request INVITE', '100', '180', '486']);
  });

  it('the INVITE: again after T1, all else later by T1', () => {
    const { log, outcome } = given(1);
    assert.deepEqual(log, ['0 INVITE lost', '0.5 INVITE', '0.55 100', '0.65 180', '0.85 486', '0.9 ACK']);
    assert.deepEqual(outcome, ['request INVITE', '100', '180', '486']);
  });

  it('the 100: nothing again, for the 180 says as much', () => {
    const { log } = given(2);
    assert.deepEqual(log, ['0 INVITE', '0.05 100 lost', '0.15 180', '0.35 486', '0.4 ACK']);
  });

  it('the 180: nothing again, the caller hears no ringing', () => {
    const { log, outcome } = given(3);
    assert.deepEqual(log, ['0 INVITE', '0.05 100', '0.15 180 lost', '0.35 486', '0.4 ACK']);
    assert.deepEqual(outcome, ['request INVITE', '100', '486']);
  });

  it('the 486: timer G sends it again after T1', () => {
    const { log, outcome } = given(4);
    assert.deepEqual(log, ['0 INVITE', '0.05 100', '0.15 180', '0.35 486 lost', '0.85 486', '0.9 ACK']);
    assert.deepEqual(outcome, ['request INVITE', '100', '180', '486']);
  });

  it('the ACK: timer G sends the 486 again, which brings another ACK and goes no higher', () => {
    const { log, outcome } = given(5);
    assert.deepEqual(log, ['0 INVITE', '0.05 100', '0.15 180', '0.35 486', '0.4 ACK lost', '0.85 486', '0.9 ACK']);
    assert.deepEqual(outcome, ['request INVITE', '100', '180', '486']);
  });

  it('100, 180 and 486: the INVITE again brings the 486 again, at once (17.2.1, "Completed")', () => {
    const { log } = given(2, 3, 4);
    assert.deepEqual(log.slice(4), ['0.5 INVITE', '0.55 486', '0.6 ACK']);
  });

  it('100 and 180: the INVITE again in "Proceeding" brings the newest provisional response again', () => {
    const slow = exchange({ method: 'INVITE', answers: [[0, 100], [0.1, 180], [2, 486]], lose: (n) => n === 2 || n === 3 }); // prettier-ignore
    assert.deepEqual(slow.log, ['0 INVITE', '0.05 100 lost', '0.15 180 lost', '0.5 INVITE', '0.55 180', '2.05 486', '2.1 ACK']); // prettier-ignore
  });

  it('every ACK: timer G doubles to T2, ends with timer H, 64 T1 after the first 486', () => {
    const { log } = exchange({ method: 'INVITE', answers: [[0, 486]], lose: (_, what) => what === 'ACK' });
    assert.deepEqual(times(log, '486').map((t) => Math.round((t - 0.05) * 10) / 10), [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]); // prettier-ignore
  });

  it('over TCP nothing is sent twice', () => {
    const { log } = exchange({ method: 'INVITE', answers, reliable: true });
    assert.deepEqual(log, ['0 INVITE', '0.05 100', '0.15 180', '0.35 486', '0.4 ACK']);
  });
});

describe('INVITE accepted over UDP, each message lost in turn (RFC 3261 section 13.3.1.4, RFC 6026)', () => {
  const given = (...lost: number[]) =>
    exchange({ method: 'INVITE', answers: [[0, 180], [0.1, 200], [0.6, 200]], lose: (n) => lost.includes(n) }); // prettier-ignore

  it('none: each 2xx that the core of the server sends goes up to that of the client, which acknowledges each', () => {
    const { log, outcome } = given();
    assert.deepEqual(log, ['0 INVITE', '0.05 180', '0.15 200', '0.2 ACK', '0.65 200', '0.7 ACK']);
    assert.deepEqual(outcome, ['request INVITE', '180', '200', 'ack at the core', '200', 'ack at the core']);
  });

  it('the 200: the next one does', () => {
    assert.deepEqual(given(3).outcome, ['request INVITE', '180', '200', 'ack at the core']);
  });

  it('180 and 200: the INVITE again is absorbed and no new call (RFC 6026 section 7.1)', () => {
    const { log, outcome } = given(2, 3);
    assert.deepEqual(log, ['0 INVITE', '0.05 180 lost', '0.15 200 lost', '0.5 INVITE', '0.65 200', '0.7 ACK']);
    assert.deepEqual(outcome, ['request INVITE', '200', 'ack at the core']);
  });
});

describe('another request over UDP, each message lost in turn (RFC 3261 figures 6 and 8)', () => {
  const given = (answers: Options['answers'], ...lost: number[]) =>
    exchange({ method: 'MESSAGE', answers, lose: (n) => lost.includes(n) });

  it('the request: again after T1', () => {
    assert.deepEqual(given([[0, 200]], 1).log, ['0 MESSAGE lost', '0.5 MESSAGE', '0.55 200']);
  });

  it('the response: the request again brings it again, and the server acts once', () => {
    const { log, outcome } = given([[0, 200]], 2);
    assert.deepEqual(log, ['0 MESSAGE', '0.05 200 lost', '0.5 MESSAGE', '0.55 200']);
    assert.deepEqual(outcome, ['request MESSAGE', '200']);
  });

  it('nothing, but a server that thinks for longer than T1: the request again is discarded in "Trying"', () => {
    const { log, outcome } = given([[0.8, 200]]);
    assert.deepEqual(log, ['0 MESSAGE', '0.5 MESSAGE', '0.85 200']);
    assert.deepEqual(outcome, ['request MESSAGE', '200']);
  });

  it('and a response that comes twice goes up once', () => {
    const { log, outcome } = given([[0.48, 200]]);
    assert.deepEqual(log, ['0 MESSAGE', '0.5 MESSAGE', '0.53 200', '0.55 200']);
    assert.deepEqual(outcome, ['request MESSAGE', '200']);
  });
});
