import { State, type TcpConnection } from '../tcp/connection';
import { RecoveryState } from '../tcp/recovery-state';
import { Mark } from '../tcp/scoreboard';
import { TIMESTAMPS_LENGTH } from '../tcp/segment';
import type { Sender } from '../tcp/sender';

const DUP_THRESH = 3;
const INFINITE_SSTHRESH = 0x7fffffff;
const MICROSECOND = 1e3;

/** Linux's numbers for RFC 9293's states. */
const STATES: Readonly<Record<State, number>> = {
  [State.closed]: 7,
  [State.listen]: 10,
  [State.synSent]: 2,
  [State.synReceived]: 3,
  [State.established]: 1,
  [State.finWait1]: 4,
  [State.finWait2]: 5,
  [State.closeWait]: 8,
  [State.closing]: 11,
  [State.lastAck]: 9,
  [State.timeWait]: 6,
};

const CONNECTION_FIELDS: Readonly<Record<string, (c: TcpConnection) => number>> = {
  tcpi_state: (c) => STATES[c.state],
  tcpi_options: options,
  tcpi_snd_wscale: (c) => c.sender?.windowShift ?? 0,
  tcpi_rcv_wscale: (c) => c.receiver.windowShift,
  tcpi_bytes_received: (c) => c.receiver.received,
  tcpi_advmss: (c) => c.config.mss - (c.timestampsOk ? TIMESTAMPS_LENGTH : 0),
  tcpi_rcv_mss: (c) => c.receiver.segmentSize,
  tcpi_delivered: delivered,
  tcpi_rcv_ooopack: (c) => c.receiver.outOfOrderSegments,
};

/** Counted in segments and microseconds, as the socket option TCP_INFO has it. */
const SENDER_FIELDS: Readonly<Record<string, (s: Sender) => number>> = {
  tcpi_ca_state: congestionState,
  tcpi_retransmits: (s) => s.retries,
  tcpi_backoff: (s) => s.rtt.backoffs,
  tcpi_rto: (s) => s.rtt.rto / MICROSECOND,
  tcpi_reordering: (s) => Math.max(DUP_THRESH, Math.ceil(s.recovery.reorderingExtent / s.mss)),
  tcpi_reord_seen: (s) => s.recovery.repairs.reorderings,
  tcpi_snd_mss: (s) => s.mss,
  tcpi_unacked: (s) => s.board.next - s.board.first,
  tcpi_sacked: (s) => count(s, (marks) => (marks & Mark.sacked) !== 0) || duplicateAcks(s),
  tcpi_lost: (s) => count(s, (marks) => (marks & Mark.lost) !== 0),
  tcpi_retrans: (s) => count(s, (marks) => (marks & Mark.retransmitted) !== 0),
  tcpi_rtt: (s) => Math.floor(s.rtt.srtt / MICROSECOND),
  tcpi_rttvar: (s) => Math.floor(s.rtt.rttvar / MICROSECOND),
  tcpi_min_rtt: (s) => (s.rtt.min === Infinity ? 0xffffffff : Math.floor(s.rtt.min / MICROSECOND)),
  // as the sender applies it: during recovery what PRR allows, or the inflated window
  tcpi_snd_cwnd: (s) => Math.floor(s.recovery.window() / s.mss + 1e-9),
  tcpi_snd_ssthresh: (s) => (s.cc.ssthresh === Infinity ? INFINITE_SSTHRESH : Math.floor(s.cc.ssthresh / s.mss + 1e-9)),
  tcpi_total_retrans: (s) => s.retransmittedSegments,
  tcpi_bytes_acked: (s) => Math.min(s.una, s.end) - 1,
  tcpi_bytes_sent: (s) => s.bytesSent,
  tcpi_bytes_retrans: (s) => s.retransmittedBytes,
  tcpi_data_segs_out: (s) => s.segmentsSent,
  tcpi_notsent_bytes: (s) => Math.max(s.end - s.nxt, 0),
  tcpi_snd_wnd: (s) => s.wnd,
  tcpi_snd_nxt: (s) => s.nxt,
  tcpi_pacing_rate: (s) => (s.cc.pacingRate === 0 ? 2 ** 64 : Math.floor(s.cc.pacingRate / 8)),
};

/** The value of a tcpi_ name, or undefined if the simulated TCP has no such thing. */
export function tcpInfo(connection: TcpConnection, name: string): number | undefined {
  const ofConnection = CONNECTION_FIELDS[name];
  if (ofConnection) return ofConnection(connection);
  const ofSender = SENDER_FIELDS[name];
  if (!ofSender) return undefined;
  return connection.sender ? ofSender(connection.sender) : 0;
}

function options(c: TcpConnection): number {
  const sender = c.sender;
  if (!sender) return 0;
  return (
    (c.timestampsOk ? 1 : 0) |
    (sender.sackOk ? 2 : 0) |
    (sender.windowShift > 0 ? 4 : 0) |
    (sender.ecnOk ? 8 : 0) |
    (c.synDataTaken ? 32 : 0)
  );
}

/** Segments acknowledged or SACKed, our SYN among them. */
function delivered({ state, sender }: TcpConnection): number {
  if (sender === null) return 0;
  return (state === State.synReceived ? 0 : 1) + sender.board.first + sender.board.sackedSegments;
}

/** Open, Disorder, CWR, Recovery, Loss. */
function congestionState(s: Sender): number {
  switch (s.recovery.state) {
    case RecoveryState.cwr:
      return 2;
    case RecoveryState.recovery:
      return 3;
    case RecoveryState.loss:
      return 4;
    default:
      return s.board.sackedBytes > 0 || s.recovery.dupAcks > 0 ? 1 : 0;
  }
}

function duplicateAcks(s: Sender): number {
  return s.sackOk ? 0 : s.recovery.dupAcks;
}

function count(s: Sender, has: (marks: number) => boolean): number {
  let n = 0;
  for (let segment = s.board.first; segment < s.board.next; segment++) if (has(s.board.marks(segment))) n++;
  return n;
}
