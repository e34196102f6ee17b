import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Flag } from '../../sim/core/packet';
import { parseScript } from '../../sim/packetdrill/parser';
import {
  ScriptError,
  type Action,
  type ScriptEvent,
  type SystemCall,
  type TcpSegment,
} from '../../sim/packetdrill/script';

function only(text: string): ScriptEvent {
  const { events } = parseScript(text);
  assert.equal(events.length, 1);
  return events[0]!;
}

function segment(text: string): TcpSegment {
  const { action } = only(`0 ${text}`);
  assert.ok(action.kind === 'inbound' || action.kind === 'outbound');
  assert.ok(action.packet.kind === 'tcp');
  return action.packet;
}

function call(text: string): SystemCall {
  const { action } = only(`0 ${text}`);
  assert.ok(action.kind === 'call');
  return action.call;
}

function refuses(text: string, message: RegExp, line = 1): void {
  assert.throws(
    () => parseScript(text),
    (error) => error instanceof ScriptError && message.test(error.message) && error.place.line === line,
  );
}

describe('packetdrill language: times', () => {
  const when = (text: string) => only(`${text} > . 1:1(0) ack 1`).when;

  it('reads absolute and relative times in seconds, to the nanosecond', () => {
    assert.deepEqual(when('0'), { kind: 'absolute', from: 0, to: 0 });
    assert.deepEqual(when('+.01'), { kind: 'relative', from: 10e6, to: 10e6 });
    assert.deepEqual(when('+ 1.000000001'), { kind: 'relative', from: 1000000001, to: 1000000001 });
  });

  it('reads ranges and the star', () => {
    assert.deepEqual(when('0.1~0.25'), { kind: 'absolute', from: 100e6, to: 250e6 });
    assert.deepEqual(when('+.21~+.215'), { kind: 'relative', from: 210e6, to: 215e6 });
    assert.deepEqual(when('*'), { kind: 'any' });
  });

  it('refuses ranges and stars where there is nothing to wait for', () => {
    refuses('0~1 < . 1:1(0) ack 1', /outbound/);
    refuses('* read(3, ..., 1) = 1', /outbound/);
    refuses('+2~+1 > . 1:1(0) ack 1', /backwards/);
  });
});

describe('packetdrill language: segments', () => {
  it('reads flags, sequence range, acknowledgement, window and urgent pointer', () => {
    const s = segment('< FP. 1001:2001(1000) ack 7 win 257 urg 3');
    assert.equal(s.flags, Flag.fin | Flag.psh | Flag.ack);
    assert.deepEqual([s.seq, s.length, s.ack, s.window, s.urgent], [1001, 1000, 7, 257, 3]);
  });

  it('tells what was not written from zero', () => {
    const s = segment('> S 0:0(0)');
    assert.deepEqual([s.flags, s.ack, s.window, s.ecn, s.options], [Flag.syn, null, null, 'any', []]);
  });

  it('reads a segment without flags and one with an AccECN count', () => {
    assert.equal(segment('< - 1:1(0)').flags, 0);
    const s = segment('> P.5 1:2(1) ack 1');
    assert.equal(s.flags, Flag.psh | Flag.ack | Flag.ae | Flag.ece);
    assert.equal(s.ace, true);
    assert.equal(segment('> SEWA 0:0(0)').flags, Flag.syn | Flag.ece | Flag.cwr | Flag.ae);
  });

  it('reads every option, however it is spaced', () => {
    const { options } = segment('< S 0:0(0) win 9 <mss 1000, sackOK,TS val 100 ecr 0,nop,wscale 7 , eol>');
    assert.deepEqual(options, [
      { kind: 'mss', value: 1000 },
      { kind: 'sackOK' },
      { kind: 'TS', val: 100, ecr: 0 },
      { kind: 'nop' },
      { kind: 'wscale', value: 7 },
      { kind: 'eol' },
    ]);
  });

  it('reads SACK blocks separated by blanks', () => {
    const { options } = segment('< . 1:1(0) ack 1 win 9 <nop,nop,sack 1001:2001 3001:4001>');
    assert.deepEqual(options?.[2], { kind: 'sack', edges: [1001, 2001, 3001, 4001] });
  });

  it('keeps options that are not simulated by name', () => {
    const { options } = segment('< S 0:0(0) win 9 <mss 1000,FO 00ab12,nop,md5 ff>');
    assert.deepEqual(options?.[1], { kind: 'other', name: 'FO', text: '00ab12' });
  });

  it('takes <...> for any options, but only of an outbound segment', () => {
    assert.equal(segment('> S. 0:0(0) ack 1 <...>').options, null);
    refuses('0 < S 0:0(0) win 1 <...>', /only be expected/);
  });

  it('reads the ECN field in either bracket, with or without blanks', () => {
    assert.equal(segment('<[ect0] . 1:1(0) ack 1').ecn, 'ect0');
    assert.equal(segment('> (ce) . 1:1(0) ack 1').ecn, 'ce');
    assert.equal(segment('> [tos 0x2] . 1:1(0) ack 1').ecn, 'ect0');
    assert.equal(segment('> [ttl 63] . 1:1(0) ack 1').ecn, 'any');
  });

  it('reads ports', () => {
    assert.deepEqual(segment('< 1234 > 80 S 0:0(0) win 1').ports, { source: 1234, destination: 80 });
  });

  it('refuses a length that contradicts the range', () => {
    refuses('0 > . 1:1001(999) ack 1', /1000 bytes/);
  });

  it('refuses tunnels by name', () => {
    refuses('\n0 > ipv4 1.2.3.4 > 5.6.7.8: . 1:1(0) ack 1', /ipv4 packets are not simulated/, 2);
  });

  it('reads ICMP and UDP', () => {
    const packet = (text: string) => (only(`0 ${text}`).action as Action & { kind: 'inbound' }).packet;
    assert.deepEqual(packet('< icmp unreachable frag_needed mtu 1200 [1:1461(1460)]'), {
      kind: 'icmp',
      type: 'unreachable',
      code: 'frag_needed',
      mtu: 1200,
      aboutUdp: false,
      echoedSeq: 1,
    });
    assert.deepEqual(packet('< udp 9 > 80 (100)'), { kind: 'udp', ports: { source: 9, destination: 80 }, length: 100 });
  });
});

describe('packetdrill language: system calls', () => {
  it('reads arguments of every form', () => {
    const { name, args, result } = call('setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0');
    assert.equal(name, 'setsockopt');
    assert.deepEqual(args[0], { kind: 'number', value: 3 });
    assert.deepEqual(args[3], {
      kind: 'struct',
      items: [
        { kind: 'named', name: 'onoff', args: [], value: { kind: 'number', value: 1 } },
        { kind: 'named', name: 'linger', args: [], value: { kind: 'number', value: 0 } },
      ],
    });
    assert.deepEqual(result, { kind: 'number', value: 0 });
  });

  it('reads an error with its note, and a result with a note', () => {
    const failed = call('connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)');
    assert.deepEqual([failed.result, failed.errno], [{ kind: 'number', value: -1 }, 'EINPROGRESS']);
    assert.deepEqual(call('fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)').result, { kind: 'number', value: 2 });
  });

  it('reads flags joined by |, lists, nested structures and strings', () => {
    const { args } = call('sendmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 40}, {..., 9}], msg_flags=0}, A|B) = 49');
    assert.deepEqual(args[2], { kind: 'or', left: { kind: 'word', name: 'A' }, right: { kind: 'word', name: 'B' } });
    assert.equal(args[1]?.kind, 'struct');
    assert.deepEqual(call('setsockopt(3, SOL_TCP, TCP_CONGESTION, "re" "no", 4) = 0').args[3], {
      kind: 'string',
      value: 'reno',
    });
  });

  it('reads when a blocking call returns', () => {
    const { when, action } = only('+.1...0.200 connect(3, ..., ...) = 0');
    assert.deepEqual(when, { kind: 'relative', from: 100e6, to: 100e6 });
    assert.equal((action as Action & { kind: 'call' }).call.end, 200e6);
    assert.equal(call('... 0.052 connect(4, ..., ...) = 0').end, 52e6);
  });
});

describe('packetdrill language: the script', () => {
  it('reads options, comments of three kinds, commands and blocks', () => {
    const script = parseScript(
      [
        '// a comment',
        '--tolerance_usecs=10000',
        '--local_ip=192.168.0.1',
        '--define=CC="reno"',
        '# another',
        '`../common/defaults.sh',
        'sysctl -w net.ipv4.tcp_sack=0`',
        '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3 /* a',
        'third */ +0 setsockopt(3, SOL_TCP, TCP_CONGESTION, CC, 4) = 0',
        '+0 %{ assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd }%',
        '`/tmp/sysctl_restore_${PPID}.sh`',
      ].join('\n'),
    );
    assert.deepEqual(
      script.options.map(({ name, value }) => [name, value]),
      [
        ['tolerance_usecs', '10000'],
        ['local_ip', '192.168.0.1'],
        ['define', 'CC="reno"'],
      ],
    );
    assert.deepEqual(
      script.events.map(({ action, place }) => [action.kind, place.line]),
      [
        ['command', 6],
        ['call', 8],
        ['call', 9],
        ['code', 10],
        ['command', 11],
      ],
    );
    assert.deepEqual((script.events[2]!.action as { call: SystemCall }).call.args[3], {
      kind: 'string',
      value: 'reno',
    });
  });

  it('says where it stopped understanding', () => {
    refuses('0 socket(...) = 3\n+0 > S 0:0(0) <mss 1,foo 3>', /foo is not a TCP option/, 2);
    refuses('0 socket(... = 3', /expected \)/);
    refuses('0 %{ assert 1', /without \}%/);
  });
});
