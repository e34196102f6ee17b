import { choice, duration, flag, integer, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';

/** Parameters of an SCTP endpoint, the congestion control apart. Defaults are those of RFC 9260 section 16. */
export const sctpParams = {
  pmtu: integer('largest IP packet, bytes: DATA is fragmented to fit (RFC 9260 section 6.9)', 1500, 256, 65535),
  initialWindow: size('initial cwnd (section 7.2.1); 0 B = min(4 PMDCS, max(2 PMDCS, 4404 B))', '0 B'),
  sendBuffer: size('bytes written and not yet acknowledged that a stream holds', '4 MiB'),
  receiveBuffer: size('bytes received and not yet read that an association holds: a_rwnd (section 6.2)', '4 MiB'),
  streams: integer('streams in each direction (section 5.1.1)', 64, 1, 65535),
  maxMessage: size('longest user message; a longer write becomes several', '64 KiB'),
  streamScheduler: choice(
    'which stream begins its next message (RFC 8260 section 3)',
    ['round-robin', 'fcfs'],
    'round-robin',
  ),
  ordered: flag('deliver the messages of a stream in order (RFC 9260 section 6.6); else as they arrive', true),
  maxBurst: integer('Max.Burst: packets with data that one event may send (section 6.1)', 4, 1, 1000),
  nagle: flag('hold back a packet that is not full while data is outstanding (section 6.1)', true),
  sackPackets: integer('packets with data that one SACK acknowledges (section 6.2)', 2, 1, 64),
  sackDelay: duration('longest delay of a SACK (section 6.2)', '200 ms'),
  missIndications: integer('reports of a missing TSN that make it lost (section 7.2.4)', 3, 1, 1000),
  initialRto: duration('RTO.Initial', '1 s'),
  minRto: duration('RTO.Min', '1 s'),
  maxRto: duration('RTO.Max', '60 s'),
  rtoGranularity: duration('clock granularity G (section 6.3.1)', '1 ms'),
  maxInitRetransmits: integer('Max.Init.Retransmits', 8, 0, 255),
  maxRetransmits: integer(
    'Association.Max.Retrans: timeouts in a row before the association fails (section 8.1)',
    10,
    1,
    255,
  ),
  cookieLife: duration('Valid.Cookie.Life', '60 s'),
  heartbeat: duration('HB.interval of an idle association (section 8.3); 0 s = none', '30 s'),
  idleTimeout: duration('time without streams after which a passive end forgets the association', '30 s'),
} as const;

/** Parsed parameters: nanoseconds and bytes. */
export type SctpConfig = ParamsOf<typeof sctpParams>;
