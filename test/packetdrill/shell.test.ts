import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultSettings, type Settings } from '../../sim/packetdrill/settings';
import { applyCommand } from '../../sim/packetdrill/shell';

function after(command: string): { settings: Settings; problems: string[] } {
  const settings = defaultSettings();
  return { problems: applyCommand(settings, command), settings };
}

describe('packetdrill shell commands', () => {
  it('set sysctls by name, path or script, several at once', () => {
    for (const command of [
      'sysctl -q net.ipv4.tcp_sack=0 net.ipv4.tcp_ecn=1',
      'sysctl -w net.ipv4.tcp_sack=0; sysctl -w net.ipv4.tcp_ecn=1',
      '../common/set_sysctls.py /proc/sys/net/ipv4/tcp_sack=0 \\\n /proc/sys/net/ipv4/tcp_ecn=1',
      'echo 0 > /proc/sys/net/ipv4/tcp_sack\necho "1" >/proc/sys/net/ipv4/tcp_ecn',
    ]) {
      const { settings, problems } = after(command);
      assert.deepEqual([settings.sack, settings.ecn, problems], [false, 1, []], command);
    }
  });

  it('read quoted values and sums', () => {
    const { settings } = after('sysctl -q net.ipv4.tcp_rmem="4096 540000 $((15*1024*1024))"');
    assert.deepEqual([settings.receiveBuffer, settings.receiveBufferMax], [540000, 15728640]);
  });

  it('apply what defaults.sh stands for, then what follows', () => {
    const { settings, problems } = after('./defaults.sh\n./set_sysctls.py /proc/sys/net/ipv4/tcp_syn_retries=2');
    assert.deepEqual([settings.slowStartAfterIdle, settings.ecn, settings.synRetries], [false, 0, 2]);
    assert.deepEqual(problems, []);
  });

  it('read route attributes and the MTU', () => {
    const { settings } = after(
      'ip route change 192.0.2.0/24 dev tun0 initcwnd 4 rto_min lock 1000ms\nip link set dev tun0 mtu 1000',
    );
    assert.deepEqual([settings.initialWindow, settings.minRto, settings.mtu], [4, 1e9, 1000]);
  });

  it('read the FreeBSD names', () => {
    const { settings, problems } = after(
      'sysctl net.inet.tcp.cc.algorithm=newreno; sysctl net.inet.tcp.initcwnd_segments=3',
    );
    assert.deepEqual([settings.congestionControl, settings.initialWindow, problems], ['newreno', 3, []]);
  });

  it('pass over what does not concern TCP and name what is not known', () => {
    assert.deepEqual(
      after('tc qdisc add dev tun0 root pfifo\nethtool -K tun0 tso off # why\n/tmp/sysctl_restore_1.sh').problems,
      [],
    );
    assert.deepEqual(after('sysctl -w net.ipv4.tcp_nonsense=1').problems, [
      'sysctl net.ipv4.tcp_nonsense is not known',
    ]);
    assert.deepEqual(after('halt').problems, ['command halt is not understood']);
  });
});
