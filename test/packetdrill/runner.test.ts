import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { runScript } from '../../sim/packetdrill/runner';

const PROLOGUE = `
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 65535 <mss 1000,sackOK,nop,nop,nop,wscale 7>
+0 > S. 0:0(0) ack 1 <...>
+.1 < . 1:1(0) ack 1 win 1000
+0 accept(3, ..., ...) = 4
`.trim();

function passes(rest: string, prologue = PROLOGUE): void {
  const outcome = runScript(`${prologue}\n${rest}`);
  assert.ok(outcome.passed, outcome.passed ? '' : outcome.failure.message);
}

function fails(rest: string, message: RegExp, prologue = PROLOGUE): void {
  const outcome = runScript(`${prologue}\n${rest}`);
  assert.ok(!outcome.passed, 'the script passes');
  assert.match(outcome.failure.message, message);
  assert.equal(outcome.failure.place.line, prologue.split('\n').length + rest.split('\n').length);
}

describe('running a packetdrill script', () => {
  it('pieces an expected segment together from consecutive ones', () => {
    passes('+0 write(4, ..., 3000) = 3000\n+0 > P. 1:3001(3000) ack 1');
    passes('+0 write(4, ..., 3000) = 3000\n+0 > . 1:2001(2000) ack 1\n+0 > P. 2001:3001(1000) ack 1');
    fails(
      '+0 write(4, ..., 3000) = 3000\n+0 > P. 1:3001(3000) ack 1',
      /differs: flags, seq/,
      `--strict_segments\n${PROLOGUE}`,
    );
    fails('+0 write(4, ..., 3000) = 3000\n+0 > P. 1:2501(2500) ack 1', /differs: seq/);
  });

  it('fails when a segment differs, is late or early, or is never sent', () => {
    fails('+0 write(4, ..., 100) = 100\n+0 > P. 1:102(101) ack 1', /differs: seq/);
    fails('+0 write(4, ..., 100) = 100\n+0 > . 1:101(100) ack 1', /differs: flags/);
    fails('+0 write(4, ..., 100) = 100\n+.2 > P. 1:101(100) ack 1', /another time/);
    fails('+0 > P. 1:101(100) ack 1', /no segment was sent/);
    fails('+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1 win 1', /differs: win/);
  });

  it('allows the tolerance, and one per cent of the time waited', () => {
    passes('+.003 < P. 1:101(100) ack 1 win 1000\n+.003 > . 1:1(0) ack 101');
    fails(
      '+0 < P. 1:101(100) ack 1 win 1000\n+.003 > . 1:1(0) ack 101',
      /another time/,
      `--tolerance_usecs=1000\n${PROLOGUE}`,
    );
  });

  it('waits as long as it takes at a star, and within a range', () => {
    passes('+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n* > P. 1:101(100) ack 1');
    passes('+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n+.1~+1 > P. 1:101(100) ack 1');
    fails('+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n+.01~+.1 > P. 1:101(100) ack 1', /no segment/);
  });

  it('fails when a call returns something else', () => {
    fails('+0 write(4, ..., 100) = 99', /write\(\) returned 100, expected 99/);
    fails('+0 write(9, ..., 100) = 100', /returned -1 EBADF, expected 100/);
    passes('+0 write(9, ..., 100) = -1 EBADF (Bad file descriptor)');
    fails('+0 getsockopt(4, SOL_TCP, TCP_NODELAY, [1], [4]) = 0', /TCP_NODELAY is 0, expected 1/);
  });

  it('lets one call block while the script goes on, and checks when it returns', () => {
    passes('+0...0.2 read(4, ..., 1000) = 300\n+.2 < P. 1:301(300) ack 1 win 1000');
    passes('+0...0.2 read(4, ..., 1000) = 300\n+.2 < P. 1:301(300) ack 1 win 1000\n+0 > . 1:1(0) ack 301');
    const early = '+.1 < P. 1:301(300) ack 1 win 1000';
    const outcome = runScript(`${PROLOGUE}\n+0...0.2 read(4, ..., 1000) = 300\n${early}`);
    assert.ok(!outcome.passed && /returned at 0.200000 s, expected 0.300000/.test(outcome.failure.message));
    fails('+0 read(4, ..., 1000) = 300', /has not returned/);
  });

  it('says EAGAIN instead of blocking when asked to', () => {
    passes(
      '+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 read(4, ..., 9) = -1 EAGAIN (Resource temporarily unavailable)',
    );
    passes('+0 recv(4, ..., 9, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)');
  });

  it('fails when an assertion fails, with the values', () => {
    fails('+0 %{ assert tcpi_snd_cwnd == 11, tcpi_snd_cwnd }%', /tcpi_snd_cwnd = 10/);
    passes('+0 %{ a = tcpi_snd_cwnd }%\n+1 %{ assert a == 10 }%');
  });

  it('counts what poll and epoll report', () => {
    passes('+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1');
    passes('+0...0.1 poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 500) = 1\n+.1 < P. 1:2(1) ack 1 win 1000');
    passes('+0...0.2 poll([{fd=4, events=POLLIN, revents=0}], 1, 200) = 0');
    fails('+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1', /revents is 4/);
    const epoll = '+0 epoll_create(1) = 5\n+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLOUT|EPOLLET, fd=4}) = 0\n';
    passes(
      `${epoll}+0 epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1\n+0 epoll_wait(5, {events=0, ptr=0}, 1, 0) = 0`,
    );
  });

  it('maps timestamps of the script to those of the simulation and back', () => {
    const syn = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+.5 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)`;
    const prologue = syn.replace('+.5', '+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+.5');
    const ticked = `--tcp_ts_tick_usecs=1000\n${prologue}`;
    const opened = [
      '+0 > S 0:0(0) <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>',
      '+.05 < S. 0:0(0) ack 1 win 5000 <mss 1000,sackOK,TS val 700 ecr 100>',
      '+0 > . 1:1(0) ack 1 <nop,nop,TS val 150 ecr 700>',
      '+0 %{ assert tcpi_rtt == 50000, tcpi_rtt }%',
    ].join('\n');
    passes(opened, ticked);
    fails('+0 > S 0:0(0) <mss 1460,sackOK,TS val 100 ecr 5,nop,wscale 7>', /options/, ticked);
  });

  it('takes the numbers of SYNs as written and counts all others from there, as the tool does', () => {
    const script = PROLOGUE.replace('S 0:0(0)', 'S 4294967290:4294967290(0)').replace(
      'S. 0:0(0) ack 1',
      'S. 7000:7000(0) ack 4294967291',
    );
    passes('+0 < P. 1:11(10) ack 1 win 1000\n+0 > . 1:1(0) ack 11', script);
    fails('+0 < P. 1:11(10) ack 1 win 1000\n+0 > . 7001:7001(0) ack 11', /seq/, script);
  });

  it('fails when a datagram differs, is late, or is never sent', () => {
    const socket = '0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n+0 connect(3, ..., ...) = 0';
    passes('+.1 write(3, ..., 100) = 100\n+0 > udp (100)', socket);
    fails('+.1 write(3, ..., 100) = 100\n+0 > udp (101)', /the datagram differs: length$/, socket);
    fails('+.1 write(3, ..., 100) = 100\n+.5 > udp (100)', /the datagram differs: time$/, socket);
    fails('+.1 write(3, ..., 100) = 100\n+0 > udp 49152 > 81 (100)', /the datagram differs: to port$/, socket);
    fails('+.1 > udp (100)', /no datagram was sent/, socket);
    fails('+.1 write(3, ..., 100) = 100\n+0 > . 1:1(0) ack 1', /no connection/, socket);
  });

  it('compares the fields of TCP_INFO and the ports of addresses', () => {
    const info = (fields: string) => `+0 getsockopt(4, SOL_TCP, TCP_INFO, {${fields}}, [104]) = 0`;
    passes(info('tcpi_state=TCP_ESTABLISHED, tcpi_snd_cwnd=10, tcpi_rtt=100000, tcpi_unacked=0, tcpi_segs_in=2'));
    fails(info('tcpi_state=TCP_ESTABLISHED, tcpi_snd_cwnd=11'), /tcpi_snd_cwnd is 10, expected 11/);
    fails(info('tcpi_state=TCP_CLOSE'), /tcpi_state is 1, expected TCP_CLOSE/);
    fails(info('tcpi_fackets=1'), /tcpi_fackets is not simulated/);
    passes('+0 getsockopt(3, SOL_TCP, TCP_INFO, {tcpi_state=TCP_LISTEN}, [104]) = 0');
    passes('+0 getsockname(4, {sa_family=AF_INET, sin_port=htons(8080)}, [16]) = 0');
    fails('+0 getsockname(4, {sa_family=AF_INET, sin_port=htons(8081)}, [16]) = 0', /sin_port is 8080/);
    passes('+0 getpeername(3, ..., ...) = -1 ENOTCONN (Transport endpoint is not connected)');
    passes('+0 recvmsg(4, {msg_iov(1)=[{..., 10}], msg_flags=0}, MSG_ERRQUEUE) = -1 EAGAIN (Try again)');
  });

  it('names what is not simulated', () => {
    fails('+0 < udp (100)', /nobody has bound UDP port 8080/);
    fails('+0 vmsplice(3, 4, 5) = 0', /vmsplice is not simulated/);
    const outcome = runScript(`\`sysctl -w net.ipv4.tcp_nonsense=1\`\n${PROLOGUE}`);
    assert.deepEqual(
      outcome.warnings.map(({ message }) => message),
      ['sysctl net.ipv4.tcp_nonsense is not known'],
    );
  });
});
