import type { Packet } from '../core/packet';
import { formatIpv4 } from '../net/addressing';
import type { QuicConnection } from '../quic/connection';
import { END, Frame, PacketType } from '../quic/frames';
import type { CloseReason } from '../transport/byte-stream';
import type { ConnectionLog } from '../transport/connection-log';
import { titleOf, traceName } from './ends';
import { RecoveryEvents } from './recovery-events';
import { milliseconds, QlogTrace } from './qlog-trace';
import type { OpenSink, SessionOf } from './sink';

const PACKET_TYPES: Readonly<Record<number, string>> = {
  [PacketType.initial]: 'initial',
  [PacketType.zeroRtt]: '0RTT',
  [PacketType.handshake]: 'handshake',
  [PacketType.oneRtt]: '1RTT',
};
const OF_SPACE = ['initial', 'handshake', '1RTT'] as const;

/** One end of a QUIC connection as a qlog trace (draft-ietf-quic-qlog-quic-events). */
export class QuicQlog implements ConnectionLog {
  private opened: { readonly trace: QlogTrace; readonly recovery: RecoveryEvents } | null = null;
  private datagrams = 0;

  constructor(
    private readonly connection: QuicConnection,
    private readonly open: OpenSink,
    private readonly sessionOf: SessionOf,
  ) {}

  received(p: Packet): void {
    this.packets(p, 'transport:packet_received');
  }

  sent(p: Packet): void {
    this.packets(p, 'transport:packet_sent');
    this.settled();
  }

  lost(packet: number, space: number): void {
    this.opened?.trace.event(this.connection.now, 'recovery:packet_lost', {
      header: { packet_type: OF_SPACE[space]!, packet_number: packet },
    });
  }

  settled(): void {
    const { opened, connection } = this;
    if (opened === null) return;
    const { rtt, cc, inFlight, driver } = connection;
    opened.recovery.update(connection.now, { rtt, cc, inFlight }, driver.inRecovery ? 'recovery' : null);
  }

  closed(reason: CloseReason): void {
    this.opened?.trace.closed(this.connection.now, reason);
    this.opened = null;
  }

  private packets(p: Packet, event: string): void {
    // what a closed connection still answers belongs to no trace
    if (this.opened === null && this.connection.isClosed) return;
    const { trace } = (this.opened ??= this.begin());
    const words = p.sack;
    const datagram = this.datagrams++;
    for (let at = 2; words[at] !== END; at = words[at + 2]!) {
      const isCoalesced = at > 2 || words[words[at + 2]!] !== END;
      trace.event(this.connection.now, event, {
        header: { packet_type: PACKET_TYPES[words[at]!]!, packet_number: words[at + 1]! },
        frames: framesAt(words, at + 4),
        ...(isCoalesced && { is_coalesced: true }),
        raw: { length: words[at + 3]! },
        datagram_id: datagram,
      });
    }
  }

  private begin(): { readonly trace: QlogTrace; readonly recovery: RecoveryEvents } {
    const { connection } = this;
    const { stack, config, now } = connection;
    const { node } = stack;
    const { simulation } = node;
    const ends = {
      localAddress: node.address,
      localPort: connection.localPort,
      remoteAddress: connection.remoteAddress,
      remotePort: connection.remotePort,
    };
    const { isClient } = connection;
    const group = this.sessionOf(connection.flow);
    const trace = new QlogTrace(this.open(traceName(group, simulation, ends, isClient)), {
      title: titleOf(group, simulation, ends),
      group,
      protocol: 'QUIC',
      isClient,
      node: node.name,
    });
    const ip = (address: number) => formatIpv4(simulation.addressing.ipv4(address));
    trace.event(now, 'connectivity:connection_started', {
      ip_version: 'v4',
      src_ip: ip(ends.localAddress),
      dst_ip: ip(ends.remoteAddress),
      protocol: 'QUIC',
      src_port: ends.localPort,
      dst_port: ends.remotePort,
    });
    trace.event(now, 'recovery:parameters_set', {
      reordering_threshold: config.packetThreshold,
      time_threshold: config.timeThreshold,
      timer_granularity: Math.round(milliseconds(config.granularity)),
      initial_rtt: milliseconds(config.initialRtt),
      max_datagram_size: config.maxDatagramSize,
      initial_congestion_window: connection.initialWindow,
      persistent_congestion_threshold: Math.round(config.persistentCongestionThreshold),
    });
    return { trace, recovery: new RecoveryEvents(trace) };
  }
}

/** The frames of a packet: see `sim/quic/frames.ts` for the numbers that stand for them. */
function framesAt(words: readonly number[], start: number): object[] {
  const frames: object[] = [];
  for (let at = start; words[at] !== END;) {
    const type = words[at]!;
    const a = words[at + 1]!;
    const b = words[at + 2]!;
    switch (type) {
      case Frame.ack: {
        const ranges = words[at + 4]!;
        frames.push(ackFrame(words, at, ranges));
        at += 5 + 2 * ranges;
        break;
      }
      case Frame.crypto:
        frames.push({ frame_type: 'crypto', offset: a, length: b });
        at += 3;
        break;
      case Frame.stream: {
        const fin = words[at + 4] === 1;
        frames.push({ frame_type: 'stream', stream_id: a, offset: b, length: words[at + 3]!, ...(fin && { fin }) });
        at += 5;
        break;
      }
      case Frame.resetStream:
        frames.push({ frame_type: 'reset_stream', stream_id: a, error_code: 0, final_size: b });
        at += 3;
        break;
      case Frame.stopSending:
        frames.push({ frame_type: 'stop_sending', stream_id: a, error_code: 0 });
        at += 3;
        break;
      case Frame.maxStreamData:
        frames.push({ frame_type: 'max_stream_data', stream_id: a, maximum: b });
        at += 3;
        break;
      case Frame.maxData:
        frames.push({ frame_type: 'max_data', maximum: a });
        at += 2;
        break;
      case Frame.maxStreams:
        frames.push({ frame_type: 'max_streams', stream_type: 'bidirectional', maximum: a });
        at += 2;
        break;
      case Frame.connectionClose:
        frames.push({ frame_type: 'connection_close', error_space: 'transport', raw_error_code: a });
        at += 2;
        break;
      case Frame.handshakeDone:
        frames.push({ frame_type: 'handshake_done' });
        at += 1;
        break;
      default:
        frames.push({ frame_type: 'ping' });
        at += 1;
    }
  }
  return frames;
}

function ackFrame(words: readonly number[], at: number, ranges: number): object {
  const acked = Array.from({ length: ranges }, (_, i) => {
    const first = words[at + 5 + 2 * i]!;
    const last = words[at + 6 + 2 * i]! - 1;
    return first === last ? [first] : [first, last];
  });
  const ce = words[at + 3]!;
  return {
    frame_type: 'ack',
    ack_delay: milliseconds(words[at + 2]!),
    acked_ranges: acked,
    ...(ce > 0 && { ce }),
  };
}
