import assert from 'node:assert/strict';
import { Capture } from '../../sim/capture/capture';
import { EspPacket } from '../../sim/tunnel/ipsec/esp';
import { needs, tool } from '../support/capture-tools';
import { SECOND } from '../support/network';
import { buildText } from '../support/scenario';

/** What the link between two gateways carries, as tshark reads it; the key and SPI of ESP away from the first. */
function dissected(
  tunnel: string,
  fields: readonly string[],
  preferences: (key: string) => readonly string[] = () => [],
) {
  const { simulation } = buildText(`
title: IPsec
network: { chain: { segments: 4, rtt: 40 ms } }
sessions: [{ name: A, from: first, to: last, path: tunnelled, via: [n1, n3], tunnel: { ipsec: { ${tunnel} } }, app: { bulk: { size: 50 kB } } }]
run: { duration: 5 s }
`);
  const parts: Uint8Array[] = [];
  let key = '';
  const link = simulation.links.find(({ name }) => name === 'n1>n2')!;
  new Capture(simulation, (part) => parts.push(part)).link(link);
  const { tap } = link;
  link.tap = {
    onSend: (p, on) => tap?.onSend(p, on),
    onArrive: (p, on) => {
      if (p.payload instanceof EspPacket) key = Buffer.from(p.payload.sa.key).toString('hex');
      tap?.onArrive(p, on);
    },
    onDrop: () => undefined,
  };
  simulation.run(5 * SECOND);
  const args = [
    ...preferences(key).flatMap((one) => ['-o', one]),
    '-T',
    'fields',
    ...fields.flatMap((f) => ['-e', f]),
    '-r',
  ];
  const output = tool('tshark', args, Buffer.concat(parts));
  return output?.replace(/\n$/, '').split('\n').map((line) => line.split('\t')) ?? null; // prettier-ignore
}

describe('captures of IPsec as tshark reads them', function () {
  this.timeout(60_000);

  it('RFC 7296 section 3: given the messages of IKE, when tshark reads them, then it finds each payload and no fault', function () {
    const fields = ['isakmp.exchangetype', 'isakmp.typepayload', 'isakmp.length', 'udp.length', 'isakmp.messageid', '_ws.malformed', '_ws.expert']; // prettier-ignore
    const rows = dissected('', fields);
    needs(this, rows, 'tshark');
    const [first, second] = rows.filter(([exchange]) => exchange !== '');
    // SA, its proposal and three transforms, KE, nonce, two notifications
    assert.deepEqual(first, ['34', '33,2,3,3,3,34,40,41,41', '200', '208', '0x00000000', '', '']);
    assert.equal(second![0], '35');
    assert.equal(second![1]!.split(',')[0], '46', 'sealed');
    assert.equal(Number(second![3]) - Number(second![2]), 8);
  });

  it('RFC 4303 section 2, RFC 2410: given integrity alone, when tshark has the key, then each check value is right and TCP shows', function () {
    const fields = ['esp.sequence', 'esp.icv_good', 'esp.protocol', 'tcp.len', 'ip.len', '_ws.malformed'];
    const rows = dissected('cipher: null-sha256', fields, (key) => [
      'esp.enable_authentication_check:TRUE',
      'esp.enable_encryption_decode:TRUE',
      `uat:esp_sa:"IPv4","*","*","*","NULL","","HMAC-SHA-256-128 [RFC4868]","0x${key}"`,
    ]);
    needs(this, rows, 'tshark');
    const esp = rows.filter(([number]) => number !== '');
    assert.ok(esp.length > 30);
    esp.forEach(([number, isGood, next, , , malformed], i) => {
      assert.deepEqual([number, isGood, next, malformed], [String(i + 1), '1', '0x04', '']);
    });
    const bytes = esp.reduce((sum, [, , , length]) => sum + Number(length), 0);
    assert.equal(bytes, 50_000);
  });

  it('RFC 3948 section 2: given ESP in UDP, when tshark reads it, then it tells ESP from IKE, and UDP has no checksum', function () {
    const rows = dissected('encapsulation: always', ['udp.dstport', 'esp.spi', 'isakmp.exchangetype', 'udp.checksum', 'udpencap.non_esp_marker']); // prettier-ignore
    needs(this, rows, 'tshark');
    const [init, auth, ...esp] = rows;
    assert.deepEqual([init![0], init![2]], ['500', '34']);
    assert.deepEqual([auth![0], auth![2], auth![4]], ['4500', '35', '1']);
    assert.ok(esp.length > 30);
    for (const [port, spi, , checksum] of esp) {
      assert.ok(port === '4500' && /^0x[0-9a-f]{8}$/.test(spi!) && checksum === '0x0000');
    }
  });
});
