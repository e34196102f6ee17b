import assert from 'node:assert/strict';
import { Capture } from '../../sim/capture/capture';
import { needs, tool } from '../support/capture-tools';
import { type Messaging, messaging, reportOf, verdictOf } from '../support/messaging';
import { metricOf, runText } from '../support/scenario';

const BOTH = 'path: msrp-relays, msrpRelays: { caller: left, callee: right }';

function chat(options: Messaging, more = '') {
  const reply = runText(messaging(options) + more);
  return (metric: string) => metricOf(reply, 'chat', metric);
}

describe('sessions through relays of MSRP (RFC 4976)', () => {
  for (const [name, relays, authorised] of [
    ['of both', 'caller: left, callee: right', ['left', 'right']],
    ['of the caller alone', 'caller: left', ['left']],
    ['of the callee alone', 'callee: right', ['right']],
    ['that are one and the same', 'caller: middle, callee: middle', ['middle']],
  ] as const) {
    it(`${name}: all messages arrive, and the sender has a receipt of each`, () => {
      const of = chat({ session: `path: msrp-relays, msrpRelays: { ${relays} }` });
      assert.equal(of('messagesDelivered'), 10);
      assert.equal(of('receipts'), 10);
      assert.equal(of('messagesReportedLost'), 0);
      for (const relay of authorised) {
        assert.equal(
          of(`msrpAuthorised.${relay}`),
          authorised.length === 1 && relays.includes('callee: middle') ? 2 : 1,
        );
        assert.ok(of(`msrpForwarded.${relay}`) >= 20, relay);
      }
    });
  }

  it('are named in the paths of offer and answer: both ends know of them, and each was asked for by one', () => {
    const report = reportOf({ session: BOTH });
    assert.equal(verdictOf(report, 'notification').status, 'kept');
    assert.equal(verdictOf(report, 'authorisation').status, 'kept');
    const asked = report.presences.map(({ interposed: { node, announced, authorised } }) => [
      node.name,
      [...announced.keys()].map((end) => end.name).sort(),
      [...authorised.keys()].map((end) => end.name),
    ]);
    assert.deepEqual(asked, [
      ['left', ['alice', 'bob'], ['alice']],
      ['right', ['alice', 'bob'], ['bob']],
    ]);
  });

  it('end TLS, which each leg has of its own (RFC 4976 section 9.1): they read, and whoever is between them does not', () => {
    const session = `${BOTH}, security: { tls: '1.3', scope: hop-by-hop }`;
    const of = chat({ session });
    assert.equal(of('messagesDelivered'), 10);
    assert.equal(of('receipts'), 10);
    assert.equal(of('tlsConnections'), 3);
    const { exposures } = reportOf({ session });
    const readers = exposures[0]!.rows.filter(({ can }) => can.read.has('body')).map(({ who }) => who);
    assert.deepEqual(readers, ['left', 'right']);
  });

  it('ask once for all sessions that share a connection, and once for each that has its own', () => {
    const shared = chat({ session: BOTH, app: 'users: 5, spread: 1 s, connection: shared' });
    assert.equal(shared('msrpAuthorised.left'), 1);
    const own = chat({ session: BOTH, app: 'users: 5, spread: 1 s' });
    assert.equal(own('msrpAuthorised.left'), 5);
    assert.equal(own('messagesDelivered'), 50);
  });

  it('begin later by what asking takes: a connection and two exchanges before the INVITE, and before its answer', () => {
    const direct = chat({})('firstMessageTimeMean');
    const relayed = chat({ session: BOTH })('firstMessageTimeMean');
    // 3 round trips of 10 ms at either end; the connection from end to end, of 60 ms, is not needed, that between relays is
    assert.ok(relayed - direct > 0.04 && relayed - direct < 0.08, `${relayed - direct}`);
  });

  it('carry a file in chunks that small messages overtake', () => {
    const of = chat({ session: BOTH, app: 'file: 200 kB, chunk: 2048 B', duration: '20 s' });
    assert.equal(of('messagesDelivered'), 11);
    assert.ok(of('msrpForwarded.left') > 200_000 / 2048);
    assert.ok(of('messageDelayP95') < 0.2);
  });

  it('end with the relay, and later ones begin through it again', () => {
    const app = 'users: 4, rate: 1';
    const failure = 'failures: [{ relay: left, at: 5 s, for: 2 s }]\n';
    const whole = chat({ session: BOTH, app, duration: '20 s' });
    const of = chat({ session: BOTH, app, duration: '20 s' }, failure);
    // those under way are cut short, those that begin meanwhile wait
    assert.ok(of('messagesSent') < whole('messagesSent'));
    assert.ok(of('reconnects') > 0);
    assert.equal(of('sessionsEstablished'), whole('sessionsEstablished'));
    assert.ok(of('messagesDelivered') > 0.9 * whole('messagesDelivered'));
  });

  it('are dissected by tshark without a malformed message: AUTH, 401, SEND, 200 and REPORT at either end', function () {
    const parts: Uint8Array[] = [];
    reportOf(
      { session: BOTH, app: 'users: 2, file: 10 kB' },
      {
        prepare({ simulation }) {
          const capture = new Capture(simulation, (part) => parts.push(part));
          for (const end of ['alice', 'bob']) capture.host(simulation.findNode(end)!);
        },
      },
    );
    const fields = ['_ws.malformed', 'msrp.method', 'msrp.status.code', 'msrp.use.path'];
    const args = ['-Y', 'msrp or _ws.malformed', '-T', 'fields', ...fields.flatMap((field) => ['-e', field]), '-r'];
    const output = tool('tshark', args, Buffer.concat(parts));
    needs(this, output, 'tshark');
    const rows = output
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    assert.deepEqual(
      rows.filter(([malformed]) => malformed !== ''),
      [],
    );
    const seen = (column: number) => new Set(rows.flatMap((row) => (row[column] ?? '').split(',')));
    for (const method of ['AUTH', 'SEND', 'REPORT']) assert.ok(seen(1).has(method), method);
    for (const status of ['401', '200']) assert.ok(seen(2).has(status), status);
    assert.ok(rows.some((row) => row[3]?.startsWith('msrp://') === true));
  });
});
