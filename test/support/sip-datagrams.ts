import { bytesOf } from '../../sim/core/byte-text';
import { Bytes } from '../../sim/core/bytes';
import { type Packet, Protocol } from '../../sim/core/packet';
import { UDP_OVERHEAD } from '../../sim/udp/socket';

/** Fields of a packet with this text in it. */
export function datagramOf(text: string): Partial<Packet> {
  const { length } = text;
  return { protocol: Protocol.udp, payload: new Bytes(bytesOf(text)), length, size: length + UDP_OVERHEAD };
}

/** SDP of who takes MSRP over TCP at a host and port. */
export function description(host: string, port: number): string {
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=message ${port} TCP/MSRP *`,
    'a=accept-types:text/plain',
    `a=path:msrp://${host}:${port}/s;tcp`,
    '',
  ].join('\r\n');
}

/** A REGISTER of the user agent at `host`; with a port it has a description, too, as no phone would send it. */
export function registration(host: string, port = 0): string {
  const body = port === 0 ? '' : description(host, port);
  return sip(
    [
      'REGISTER sip:biloxi.com SIP/2.0',
      `Via: SIP/2.0/UDP ${host};rport;branch=z9hG4bK1`,
      'Max-Forwards: 70',
      'To: <sip:bob@biloxi.com>',
      'From: <sip:bob@biloxi.com>;tag=1',
      `Call-ID: 1@${host}`,
      'CSeq: 1 REGISTER',
      `Contact: <sip:bob@${host}>`,
      'Expires: 60',
    ],
    body,
  );
}

/** Header fields, then what belongs to `body`. */
export function sip(lines: readonly string[], body: string, type = 'application/sdp'): string {
  const of = body === '' ? [] : [`Content-Type: ${type}`];
  return [...lines, ...of, `Content-Length: ${body.length}`, '', body].join('\r\n');
}
