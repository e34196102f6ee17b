/** Example messages of RFC 3261 section 24.2 and RFC 3428 section 10; `SDP` stands for the 142 bytes that are not shown. */

const SDP = 'v'.repeat(142);

export function lines(...text: string[]): string {
  return text.join('\r\n');
}

const VIA = [
  'Via: SIP/2.0/UDP bigbox3.site3.atlanta.com;branch=z9hG4bK77ef4c2312983.1;received=192.0.2.2',
  'Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8;received=192.0.2.1',
];

export const INVITE_F1 = lines(
  'INVITE sip:bob@biloxi.com SIP/2.0',
  'Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8',
  'Max-Forwards: 70',
  'To: Bob <sip:bob@biloxi.com>',
  'From: Alice <sip:alice@atlanta.com>;tag=1928301774',
  'Call-ID: a84b4c76e66710',
  'CSeq: 314159 INVITE',
  'Contact: <sip:alice@pc33.atlanta.com>',
  'Content-Type: application/sdp',
  'Content-Length: 142',
  '',
  SDP,
);

export const INVITE_F4 = lines(
  'INVITE sip:bob@192.0.2.4 SIP/2.0',
  'Via: SIP/2.0/UDP server10.biloxi.com;branch=z9hG4bK4b43c2ff8.1',
  ...VIA,
  'Max-Forwards: 68',
  'To: Bob <sip:bob@biloxi.com>',
  'From: Alice <sip:alice@atlanta.com>;tag=1928301774',
  'Call-ID: a84b4c76e66710',
  'CSeq: 314159 INVITE',
  'Contact: <sip:alice@pc33.atlanta.com>',
  'Content-Type: application/sdp',
  'Content-Length: 142',
  '',
  SDP,
);

export const RINGING_F6 = lines(
  'SIP/2.0 180 Ringing',
  'Via: SIP/2.0/UDP server10.biloxi.com;branch=z9hG4bK4b43c2ff8.1;received=192.0.2.3',
  ...VIA,
  'To: Bob <sip:bob@biloxi.com>;tag=a6c85cf',
  'From: Alice <sip:alice@atlanta.com>;tag=1928301774',
  'Call-ID: a84b4c76e66710',
  'Contact: <sip:bob@192.0.2.4>',
  'CSeq: 314159 INVITE',
  'Content-Length: 0',
  '',
  '',
);

export const ACK_F12 = lines(
  'ACK sip:bob@192.0.2.4 SIP/2.0',
  'Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds9',
  'Max-Forwards: 70',
  'To: Bob <sip:bob@biloxi.com>;tag=a6c85cf',
  'From: Alice <sip:alice@atlanta.com>;tag=1928301774',
  'Call-ID: a84b4c76e66710',
  'CSeq: 314159 ACK',
  'Content-Length: 0',
  '',
  '',
);

export const MESSAGE_F1 = lines(
  'MESSAGE sip:user2@domain.com SIP/2.0',
  'Via: SIP/2.0/TCP user1pc.domain.com;branch=z9hG4bK776sgdkse',
  'Max-Forwards: 70',
  'From: sip:user1@domain.com;tag=49583',
  'To: sip:user2@domain.com',
  'Call-ID: asd88asd77a@1.2.3.4',
  'CSeq: 1 MESSAGE',
  'Content-Type: text/plain',
  'Content-Length: 18',
  '',
  'Watson, come here.',
);
