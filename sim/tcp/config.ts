import { choice, duration, flag, integer, number, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';

/** How losses are found and repaired. */
export const LOSS_RECOVERIES = [
  'rack-tlp',
  'sack',
  'sack-1996',
  'newreno',
  'newreno-1996',
  'reno',
  'reno-1990',
  'tahoe',
] as const;
export type LossRecovery = (typeof LOSS_RECOVERIES)[number];

/** Parameters of a TCP endpoint, the congestion control apart. Defaults are those of today's widely used stacks. */
export const tcpParams = {
  mss: integer('MSS option in bytes (RFC 9293 section 3.7.1); options are part of it', 1460, 64, 65495),
  initialWindow: number('initial window in segments (RFC 6928)', 10, 1, 1000),
  sendBuffer: size('bytes written and not yet acknowledged that a connection holds', '4 MiB'),
  receiveBuffer: size('bytes received and not yet read that a connection holds', '4 MiB'),
  timestamps: flag('timestamps option and PAWS (RFC 7323)', true),
  windowScaling: flag('window scale option (RFC 7323)', true),
  windowScale: integer('window shift to offer (RFC 7323 section 2.2); -1 = as the receive buffer needs', -1, -1, 14),
  sack: flag('selective acknowledgement (RFC 2018) and D-SACK (RFC 2883)', true),
  ecn: choice(
    'explicit congestion notification: RFC 3168, or its feedback as RFC 8257 has it',
    ['off', 'classic', 'dctcp'],
    'off',
  ),
  lossRecovery: choice(
    'RACK-TLP (RFC 8985), SACK (RFC 6675, or of 1996), NewReno (RFC 6582, or of 1996), Reno with the recover guard or of 1990, Tahoe',
    LOSS_RECOVERIES,
    'rack-tlp',
  ),
  prr: flag('proportional rate reduction (RFC 9937); else the pipe algorithm of RFC 6675', true),
  limitedTransmit: flag('new data on the first two duplicate ACKs (RFC 3042)', true),
  reducedFrom: choice(
    'what a loss reduces to make ssthresh: FlightSize (RFC 5681 equation 4, RFC 9438 section 4.6), or cwnd as Linux does',
    ['flight-size', 'cwnd'],
    'flight-size',
  ),
  frto: flag('F-RTO, detection of spurious timeouts (RFC 5682)', true),
  delayedAckSegments: integer('full segments that one ACK acknowledges (RFC 5681 section 4.2)', 2, 1, 64),
  delayedAckTimeout: duration('longest delay of an ACK', '40 ms'),
  quickAcks: integer('segments acknowledged one by one at the start of a connection', 16, 0, 1000),
  nagle: flag('hold back small segments while data is outstanding (RFC 9293 section 3.7.4)', true),
  minshall: flag(
    'of nagle: hold back only behind another small segment (RFC 9293 appendix A.3), so that a write ends at once, as in Linux',
    false,
  ),
  initialRto: duration('RTO before the first RTT sample (RFC 6298 section 2.1)', '1 s'),
  minRto: duration('smallest RTO; RFC 6298 says 1 s, stacks use less', '200 ms'),
  maxRto: duration('largest RTO', '120 s'),
  rtoGranularity: duration('clock granularity G of RFC 6298; the RTO is rounded up to it', '1 ms'),
  synRetries: integer('retransmissions of a SYN before giving up', 6, 0, 255),
  dataRetries: integer('retransmissions of a segment before giving up (R2 of RFC 9293 section 3.8.3)', 15, 1, 255),
  userTimeout: duration(
    'user timeout (RFC 9293 section 3.9.1): longest time that sent data may remain unacknowledged; 0 s = no limit',
    '0 s',
  ),
  idle: choice(
    'after idling: restart from the initial window (RFC 5681 section 4.1), validate the window (RFC 7661), or keep it',
    ['restart', 'validate', 'keep'],
    'restart',
  ),
  keepAlive: duration('idle time before keep-alive probes (RFC 9293 section 3.8.4); 0 s = never', '0 s'),
  keepAliveInterval: duration('time between keep-alive probes', '75 s'),
  keepAliveProbes: integer('unanswered probes before giving up', 9, 1, 255),
  timeWait: duration('TIME-WAIT: twice the maximum segment lifetime', '60 s'),
  finWait2Timeout: duration('longest FIN-WAIT-2 of a connection that its application closed', '60 s'),
} as const;

/** Parsed parameters: nanoseconds and bytes. */
export type TcpConfig = ParamsOf<typeof tcpParams>;
