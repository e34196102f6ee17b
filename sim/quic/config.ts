import { choice, duration, flag, integer, number, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';

/** Parameters of a QUIC endpoint, the congestion control apart. Defaults are those of RFC 9000 and RFC 9002, or common. */
export const quicParams = {
  maxDatagramSize: integer(
    'UDP payload of a full datagram, bytes, as path MTU discovery has left it (RFC 9000 section 14)',
    1472,
    1200,
    65507,
  ),
  initialWindow: number('initial window in datagrams (RFC 9002 section 7.2)', 10, 2, 1000),
  sendBuffer: size('bytes written and not yet acknowledged that a stream holds', '4 MiB'),
  maxStreamData: size('bytes that the peer may send on a stream beyond what was read (RFC 9000 section 4.1)', '4 MiB'),
  maxData: size('the same for all streams together', '6 MiB'),
  maxStreams: integer('streams that the peer may have open (RFC 9000 section 4.6)', 100, 1),
  streamScheduler: choice('which stream sends next (RFC 9000 section 2.3)', ['round-robin', 'fifo'], 'round-robin'),
  handshake: choice(
    'data waits for the handshake, or leaves with the first flight (RFC 9001 section 4.6)',
    ['1-rtt', '0-rtt'],
    '1-rtt',
  ),
  clientHello: size('CRYPTO bytes of the ClientHello', '300 B'),
  serverFlight: size('CRYPTO bytes of the server: EncryptedExtensions to Finished, with its certificates', '3 kB'),
  connectionIdLength: integer('bytes of a connection ID (RFC 9000 section 5.1)', 8, 0, 20),
  ackElicitingThreshold: integer('ack-eliciting packets that one ACK acknowledges (RFC 9000 section 13.2.2)', 2, 1, 64),
  maxAckDelay: duration('longest delay of an ACK (RFC 9000 section 13.2.1)', '25 ms'),
  packetThreshold: integer('packets that may overtake another before it is lost (RFC 9002 section 6.1.1)', 3, 1, 1000),
  timeThreshold: number('round trips after which a packet that was overtaken is lost (section 6.1.2)', 1.125, 1, 100),
  granularity: duration('kGranularity: resolution of timers (section 6.1.2)', '1 ms'),
  initialRtt: duration('kInitialRtt: before the first sample (section 6.2.2)', '333 ms'),
  persistentCongestionThreshold: number('PTOs that make persistent congestion (section 7.6.1)', 3, 1, 100),
  pacing: flag('spread a window over its round trip (section 7.7), also where the congestion control does not', true),
  maxPtos: integer('probe timeouts in a row before the connection is given up', 12, 1, 255),
  idleTimeout: duration('time without streams after which a connection is forgotten (RFC 9000 section 10.1)', '30 s'),
  ecn: flag('ECT(0) on data, CE counts in ACK frames (RFC 9000 section 13.4)', false),
} as const;

/** Parsed parameters: nanoseconds and bytes. */
export type QuicConfig = ParamsOf<typeof quicParams>;
