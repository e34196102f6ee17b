import { Flag, NO_OPTION, type Packet } from '../core/packet';
import { formatIpv4 } from '../net/addressing';
import type { TcpConnection } from '../tcp/connection';
import { RecoveryState } from '../tcp/recovery-state';
import type { CloseReason } from '../transport/byte-stream';
import type { ConnectionLog } from '../transport/connection-log';
import { Numbering } from './numbering';
import { RecoveryEvents } from './recovery-events';
import { milliseconds, QlogTrace } from './qlog-trace';
import type { OpenSink, SessionOf } from './sink';
import { titleOf, traceName } from './ends';

const LETTERS: readonly (readonly [number, string])[] = [
  [Flag.fin, 'F'],
  [Flag.syn, 'S'],
  [Flag.rst, 'R'],
  [Flag.psh, 'P'],
  [Flag.ack, 'A'],
  [Flag.ece, 'E'],
  [Flag.cwr, 'C'],
];

const REPAIRS: Readonly<Record<number, string>> = {
  [RecoveryState.cwr]: 'recovery',
  [RecoveryState.recovery]: 'recovery',
  [RecoveryState.loss]: 'loss',
};

/**
 * One end of a TCP connection as a qlog trace, with the events of QUIC: a segment is a packet of type 1RTT, its payload a
 * frame of stream 0, an acknowledgement an ACK frame. The header of the segment is in `tcp`.
 */
export class TcpQlog implements ConnectionLog {
  private opened: { readonly trace: QlogTrace; readonly recovery: RecoveryEvents } | null = null;
  private readonly numbering = new Numbering();
  private arrivals = 0;
  private arrivalsAcked = 0;
  private hasParameters = false;

  constructor(
    private readonly connection: TcpConnection,
    private readonly open: OpenSink,
    private readonly sessionOf: SessionOf,
  ) {}

  received(p: Packet): void {
    const { trace } = this.begin(isSyn(p));
    const frames: object[] = [];
    if (p.flags & Flag.ack) {
      frames.push({ frame_type: 'ack', acked_ranges: this.numbering.acked(p.ack, p.sack, p.sackCount) });
    }
    trace.event(this.connection.now, 'transport:packet_received', this.body(p, this.arrivals++, frames));
  }

  sent(p: Packet): void {
    const { trace } = this.begin(false);
    const end = p.seq + p.length + (p.flags & Flag.syn ? 1 : 0) + (p.flags & Flag.fin ? 1 : 0);
    const number = this.numbering.sent(p.seq, end);
    const frames: object[] = [];
    if (p.flags & Flag.ack && this.arrivals > 0) {
      const last = this.arrivals - 1;
      const first = Math.min(this.arrivalsAcked, last);
      frames.push({ frame_type: 'ack', acked_ranges: [first === last ? [last] : [first, last]] });
      this.arrivalsAcked = this.arrivals;
    }
    trace.event(this.connection.now, 'transport:packet_sent', this.body(p, number, frames));
    this.settled();
  }

  lost(segment: number): void {
    const { connection, numbering } = this;
    const sender = connection.sender!;
    const { board, recovery } = sender;
    const end = board.end(segment);
    const fin = end > sender.end;
    const length = board.size(segment) - (fin ? 1 : 0);
    const byTime = connection.config.lossRecovery === 'rack-tlp' ? 'time_threshold' : 'reordering_threshold';
    this.opened?.trace.event(connection.now, 'recovery:packet_lost', {
      header: headerOf(numbering.numberOf(end)),
      frames: [streamFrame(board.start(segment), length, fin)],
      ...(recovery.state !== RecoveryState.loss && { trigger: byTime }),
    });
  }

  settled(): void {
    const { opened, connection } = this;
    const { sender, now } = connection;
    if (opened === null || sender === null) return;
    if (!this.hasParameters) {
      this.hasParameters = true;
      opened.trace.event(now, 'recovery:parameters_set', {
        timer_granularity: Math.round(milliseconds(connection.config.rtoGranularity)),
        max_datagram_size: connection.mss,
        initial_congestion_window: connection.initialWindow,
      });
    }
    opened.recovery.update(now, sender, REPAIRS[sender.recovery.state] ?? null);
  }

  closed(reason: CloseReason): void {
    this.opened?.trace.closed(this.connection.now, reason);
    this.opened = null;
  }

  /** A trace begins with the first packet: before it the connection has no session. */
  private begin(isServer: boolean): { readonly trace: QlogTrace; readonly recovery: RecoveryEvents } {
    if (this.opened !== null) return this.opened;
    const { connection } = this;
    const { stack, flow, now } = connection;
    const { simulation } = stack.node;
    const group = this.sessionOf(flow);
    const trace = new QlogTrace(this.open(traceName(group, simulation, connection, !isServer)), {
      title: titleOf(group, simulation, connection),
      group,
      protocol: 'TCP',
      isClient: !isServer,
      node: stack.node.name,
    });
    const ip = (address: number) => formatIpv4(simulation.addressing.ipv4(address));
    trace.event(now, 'connectivity:connection_started', {
      ip_version: 'v4',
      src_ip: ip(connection.localAddress),
      dst_ip: ip(connection.remoteAddress),
      protocol: 'TCP',
      src_port: connection.localPort,
      dst_port: connection.remotePort,
    });
    return (this.opened = { trace, recovery: new RecoveryEvents(trace) });
  }

  private body(p: Packet, number: number, frames: object[]): object {
    const fin = (p.flags & Flag.fin) !== 0;
    if (p.length > 0 || fin) frames.push(streamFrame(p.seq, p.length, fin));
    return {
      header: headerOf(number),
      frames,
      raw: { length: p.size, payload_length: p.length },
      tcp: segmentOf(p),
    };
  }
}

function headerOf(number: number): object {
  return { packet_type: '1RTT', packet_number: number };
}

function streamFrame(seq: number, length: number, fin: boolean): object {
  return { frame_type: 'stream', stream_id: 0, offset: seq - 1, length, ...(fin && { fin }) };
}

/** The header of a segment; numbers are offsets from the initial ones. */
function segmentOf(p: Packet): object {
  const blocks = Array.from({ length: p.sackCount }, (_, i) => [p.sack[2 * i]!, p.sack[2 * i + 1]!]);
  return {
    flags: LETTERS.flatMap(([bit, letter]) => (p.flags & bit ? [letter] : [])).join(''),
    seq: p.seq,
    ...(p.flags & Flag.ack && { ack: p.ack }),
    window: p.window,
    ...(blocks.length > 0 && { sack: blocks }),
    ...(p.tsVal !== NO_OPTION && { ts_val: p.tsVal, ts_ecr: p.tsEcr }),
  };
}

function isSyn(p: Packet): boolean {
  return (p.flags & (Flag.syn | Flag.ack)) === Flag.syn;
}
