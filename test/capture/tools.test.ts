import assert from 'node:assert/strict';
import type { TcpConfig } from '../../sim/tcp/config';
import { needs, tool } from '../support/capture-tools';
import { BYTES, LOST, transfer } from '../support/lossy-transfer';
import type { tcp } from '../support/network';

describe('captures as other tools read them', function () {
  this.timeout(60_000);

  const variants: readonly (readonly [string, Partial<TcpConfig>, Parameters<typeof tcp>[1]?])[] = [
    ['SACK and timestamps', {}],
    ['BBR, paced', {}, 'bbr3'],
    ['SACK alone', { timestamps: false }],
    ['neither SACK nor timestamps', { sack: false, timestamps: false, lossRecovery: 'newreno' }],
  ];
  for (const [name, config, congestionControl] of variants) {
    it(`tshark finds no malformed packet and no wrong checksum (${name})`, function () {
      const { file } = transfer(config, congestionControl);
      const fields = ['_ws.malformed', 'ip.checksum.status', 'tcp.checksum.status', 'frame.cap_len', 'ip.len'];
      const preferences = ['tcp.check_checksum:TRUE', 'ip.check_checksum:TRUE'].flatMap((p) => ['-o', p]);
      const args = [...preferences, '-T', 'fields', ...fields.flatMap((f) => ['-e', f]), '-r'];
      const output = tool('tshark', args, file);
      needs(this, output, 'tshark');
      const rows = output
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t'));
      assert.ok(rows.length > BYTES / 1460);
      for (const [malformed, ip, tcpStatus, captured, length] of rows) {
        assert.deepEqual([malformed, ip, tcpStatus], ['', '1', '1']);
        assert.equal(captured, length);
      }
    });

    it(`tcptrace counts what the sender counted (${name})`, function () {
      const { file, client } = transfer(config, congestionControl);
      const output = tool('tcptrace', ['-l', '-r', '-n'], file);
      needs(this, output, 'tcptrace');
      const sender = client.sender!;
      const value = (label: string) => Number(new RegExp(`${label}:\\s+(\\d+)`).exec(output)?.[1]);
      assert.ok(sender.retransmittedSegments >= LOST.size);
      assert.equal(value('unique bytes sent'), BYTES);
      assert.equal(value('actual data pkts'), sender.segmentsSent);
      assert.equal(value('actual data bytes'), sender.bytesSent);
      assert.equal(value('rexmt data pkts'), sender.retransmittedSegments);
      assert.equal(value('rexmt data bytes'), sender.retransmittedBytes);
      // by timestamps every ACK that advances is a sample (RFC 7323 section 4), without them only unambiguous ones
      const ambiguous = value('post-loss acks') + value('ambiguous acks');
      assert.ok(ambiguous > 0);
      const samples = value('RTT samples') + (config.timestamps === false ? 0 : ambiguous);
      assert.equal(samples, sender.rtt.samples);
      assert.equal(Number(/RTT min:\s+([\d.]+) ms/.exec(output)?.[1]), Math.round(sender.rtt.min / 1e5) / 10);
    });
  }
});
