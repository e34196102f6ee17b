import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Cell, Command, isReadableCell, Onion, RelayCommand } from '../../sim/onion/cells';
import { checkText } from '../../sim/node/check-text';
import { IN_TUNNELS, ON_THE_WAY, type Power } from '../../sim/verdict/exposure';
import { type Messaging, reportOf } from '../support/messaging';

/** Parts of the session that somebody has that power over, in alphabetic order. */
function partsFor(options: Messaging, who: string, power: Power): readonly string[] {
  const { exposures } = reportOf(options);
  const row = exposures[0]!.rows.find((one) => one.who === who);
  return [...(row?.can[power].keys() ?? [])].sort();
}

const relayed = (security: string): Messaging => ({
  session: `path: relayed, via: [middle], security: { ${security} }`,
});

describe('exposure, by what was in the clear in the run', () => {
  it('given nothing is protected, when a relay carries the session, then it and all on the way can read and change it', () => {
    for (const who of ['middle', ON_THE_WAY]) {
      assert.ok(partsFor(relayed(''), who, 'read').includes('body'), who);
      assert.ok(partsFor(relayed(''), who, 'change').includes('body'), who);
    }
  });

  it('given TLS hop by hop, when a relay carries the session, then who ends it can read, and nobody else', () => {
    const options = relayed("tls: '1.3', scope: hop-by-hop");
    assert.deepEqual(partsFor(options, 'middle', 'read'), ['body', 'headers', 'identities']);
    assert.deepEqual(partsFor(options, ON_THE_WAY, 'read'), ['identities', 'signalling']);
  });

  it('given TLS from end to end, when a relay carries the session, then it can stop it, and nothing else', () => {
    for (const tls of ['1.2', '1.3']) {
      const options = relayed(`tls: '${tls}'`);
      assert.deepEqual(partsFor(options, 'middle', 'read'), []);
      assert.deepEqual(partsFor(options, 'middle', 'change'), []);
      assert.deepEqual(partsFor(options, 'middle', 'stop'), ['body', 'headers']);
    }
  });

  it('given TLS from end to end in a circuit, when aggregators carry it, then they can stop it, and nothing else', () => {
    const session = (scope: string) =>
      `path: aggregated, via: [left, right], security: { tls: '1.3', scope: ${scope} }`;
    for (const who of ['left', 'right']) {
      assert.deepEqual(partsFor({ session: session('end-to-end') }, who, 'read'), []);
      assert.deepEqual(partsFor({ session: session('end-to-end') }, who, 'change'), []);
      assert.ok(partsFor({ session: session('hop-by-hop') }, who, 'read').includes('body'));
    }
    assert.deepEqual(partsFor({ session: session('end-to-end') }, ON_THE_WAY, 'change'), ['identities', 'signalling']);
  });

  it('given TLS from end to end, when relays and circuits pass it on, then each message is read on every leg, with the keys', () => {
    for (const path of ['path: relayed, via: [left, right]', 'path: aggregated, via: [left, right]']) {
      const { sessions } = reportOf({ session: `${path}, security: { tls: '1.3' }` });
      const legs = sessions[0]!.sends.map(({ leg, tls }) => `${leg.text}${tls === null ? ', in the clear' : ''}`);
      for (const leg of ['alice - left', 'left - right', 'right - bob']) {
        assert.equal(legs.filter((text) => text === `${leg} over tcp`).length, 10, `${path}: ${leg}`);
      }
    }
  });

  it('given TLS from end to end, when the ends believe what the relay issues and it uses that, then it can read', () => {
    const session = "path: relayed, via: [middle], relay: { transparent: true }, security: { tls: '1.3', scope: hop-by-hop, trust: [middle] }"; // prettier-ignore
    assert.deepEqual(partsFor({ session }, 'middle', 'read'), ['body', 'headers', 'identities']);
  });

  it('given messages that are signed, when a relay carries them, then it reads them, and changes of the content show', () => {
    assert.deepEqual(partsFor(relayed('messages: signed'), 'middle', 'read'), ['body', 'headers', 'identities']);
    assert.deepEqual(partsFor(relayed('messages: signed'), 'middle', 'change'), ['headers']);
  });

  it('given encrypted messages, when a relay carries them, then it reads headers, and the content if it was given the key', () => {
    const read = (more: string) => partsFor(relayed(`messages: encrypted${more}`), 'middle', 'read');
    assert.deepEqual(read(''), ['headers', 'identities']);
    assert.deepEqual(read(', readers: [middle]'), ['body', 'headers', 'identities']);
  });

  it('given a proxy in the signalling alone, when a session is set up, then it has the signalling, not the messages', () => {
    assert.deepEqual(partsFor({}, 'proxy', 'read'), ['identities', 'signalling']);
  });

  it('given copies to somebody else, when TLS goes from end to end, then the copies cannot be read', () => {
    const copied = (session: string) =>
      partsFor({ session, middleboxes: '{ middle: { policy: { copyTo: right } } }' }, 'right', 'read');
    assert.ok(copied('').includes('body'));
    assert.deepEqual(copied("security: { tls: '1.3' }"), []);
  });

  it('given an IPsec tunnel, when sessions pass it, then its gateways can read, and between them nobody (RFC 4303)', () => {
    const session = 'path: tunnelled, via: [left, right], tunnel: ipsec';
    for (const gateway of ['left', 'right']) {
      assert.deepEqual(partsFor({ session }, gateway, 'read'), ['body', 'headers', 'identities']);
      assert.ok(partsFor({ session }, gateway, 'change').includes('body'));
    }
    assert.deepEqual(partsFor({ session }, IN_TUNNELS, 'read'), []);
    assert.deepEqual(partsFor({ session }, IN_TUNNELS, 'change'), []);
    assert.deepEqual(partsFor({ session }, IN_TUNNELS, 'stop'), ['body', 'headers']);
    assert.ok(partsFor({ session }, ON_THE_WAY, 'read').includes('body'), 'before the first gateway');
  });

  it('given that a tunnel has integrity alone, when sessions pass it, then all between its gateways can read, and not change (RFC 2410)', () => {
    const session = 'path: tunnelled, via: [left, right], tunnel: { ipsec: { cipher: null-sha256 } }';
    assert.deepEqual(partsFor({ session }, IN_TUNNELS, 'read'), ['body', 'headers', 'identities']);
    assert.deepEqual(partsFor({ session }, IN_TUNNELS, 'change'), []);
  });

  it('given an IPsec tunnel from end to end, when a session passes it, then nobody between can read or change it', () => {
    const of = (encapsulation: string) => ({ session: `path: tunnelled, tunnel: { ipsec: { encapsulation: ${encapsulation} } }` }); // prettier-ignore
    for (const encapsulation of ['auto', 'always']) {
      assert.deepEqual(partsFor(of(encapsulation), ON_THE_WAY, 'read'), ['identities', 'signalling']);
      assert.deepEqual(partsFor(of(encapsulation), IN_TUNNELS, 'read'), []);
      assert.deepEqual(partsFor(of(encapsulation), IN_TUNNELS, 'stop'), ['body', 'headers']);
      const { verdicts } = reportOf(of(encapsulation));
      assert.equal(verdicts.find(({ rule }) => rule.name === 'confidentiality-integrity')!.finding.status, 'kept');
    }
    assert.ok(partsFor({ session: 'path: tunnelled, tunnel: udp' }, ON_THE_WAY, 'read').includes('body'), 'IP in UDP');
  });

  it('given TLS in a tunnel, when its gateways pass it on, then they can stop it, and nothing else', () => {
    const session = "path: tunnelled, via: [left, right], tunnel: ipsec, security: { tls: '1.3' }";
    assert.deepEqual(partsFor({ session }, 'left', 'read'), []);
    assert.deepEqual(partsFor({ session }, 'left', 'stop'), ['body', 'headers']);
  });

  describe('of an onion circuit (tor-spec)', () => {
    const circuit = (more = ''): Messaging => ({ session: `path: onion, via: [left, middle, right]${more}` });
    const rowsOf = (options: Messaging) => {
      const { exposures } = reportOf(options);
      return new Map(exposures[0]!.rows.map((row) => [row.who, row]));
    };

    it('given any other application than one that names its ends, when a circuit carries it, then the guard has seen the client, the middle nobody, and the exit the server and the content', () => {
      const rows = rowsOf({ ...circuit(), other: 'bulk: { size: 200 kB }' });
      const knows = (who: string) => [...rows.get(who)!.knows.keys()];
      assert.deepEqual([knows('left'), knows('middle'), knows('right')], [['source'], [], ['destination']]);
      const reads = (who: string) => rows.get(who)!.can.read.has('body');
      assert.deepEqual([reads('left'), reads('middle'), reads('right')], [false, false, true]);
      const changes = (who: string) => rows.get(who)!.can.change.has('body');
      assert.deepEqual([changes('left'), changes('middle'), changes('right')], [false, false, true]);
      for (const who of ['left', 'middle', 'right']) assert.ok(rows.get(who)!.can.stop.has('body'));
    });

    it('given relays without layers, when they carry the same, then each of them reads it', () => {
      const rows = rowsOf({ session: 'path: relayed, via: [left, middle, right]', other: 'bulk: { size: 200 kB }' });
      for (const who of ['left', 'middle', 'right']) assert.ok(rows.get(who)!.can.read.has('body'), who);
    });

    it('given messages of MSRP without TLS, when the exit reads them, then their From-Path tells it who the client is (RFC 4975 section 7.1)', () => {
      const rows = rowsOf(circuit());
      assert.deepEqual([...rows.get('right')!.knows.keys()].sort(), ['destination', 'source']);
      assert.deepEqual([...rows.get('middle')!.knows.keys()], []);
    });

    it('given TLS in the circuit, when it carries messages, then they all arrive, and no relay reads or changes them', () => {
      const report = reportOf(circuit(", security: { tls: '1.3' }"), { sessions: ['chat'] });
      assert.equal(
        report.metrics.find(({ flow, metric }) => flow === 'chat' && metric === 'messagesDelivered')!.value,
        10,
      );
      const { rows } = report.exposures[0]!;
      const knows = (who: string) => [...rows.find((row) => row.who === who)!.knows.keys()];
      assert.deepEqual([knows('left'), knows('middle'), knows('right')], [['source'], [], ['destination']]);
      for (const { who, can } of rows) assert.ok(!can.read.has('body') && !can.change.has('body'), who);
    });
  });

  it('given a cell of an onion circuit, when it has no layers, then who analyses the link finds that it can be read', () => {
    const seal = { key: new Uint8Array(32).fill(1), number: 0 };
    const onion = new Onion({ command: RelayCommand.data, stream: 1, length: 100 }, seal);
    const cell = (content: Onion) => new Cell(2 ** 31, Command.relay, content).encode();
    assert.ok(isReadableCell(cell(onion)));
    assert.ok(!isReadableCell(cell(onion.turned({ key: new Uint8Array(32).fill(2), number: 0 }))));
  });

  it('given a report, when it is printed, then the table names who could do what', () => {
    assert.match(checkText(reportOf(relayed('')), { evidence: false }), /middle {2,}identities/);
  });
});
