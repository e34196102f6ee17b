import type { Nanos } from '../core/event-queue';
import type { CloseReason } from '../transport/byte-stream';
import type { TextSink } from './sink';

/** The end of a connection that a trace is of. */
export interface TraceHead {
  readonly title: string;
  /** The session: its connections, on whatever leg, are one group. */
  readonly group: string;
  readonly protocol: 'TCP' | 'QUIC';
  readonly isClient: boolean;
  /** Name of the node. */
  readonly node: string;
}

const RECORD_SEPARATOR = '\u001e';

/** Milliseconds, as qlog has times; exact to the nanosecond. */
export function milliseconds(time: Nanos): number {
  return time / 1e6;
}

/** One qlog trace (draft-ietf-quic-qlog-main-schema, version 0.3) as JSON text sequences (RFC 7464). */
export class QlogTrace {
  constructor(
    private readonly sink: TextSink,
    { title, group, protocol, isClient, node }: TraceHead,
  ) {
    this.record({
      qlog_version: '0.3',
      qlog_format: 'JSON-SEQ',
      title,
      trace: {
        title,
        vantage_point: { name: node, type: isClient ? 'client' : 'server' },
        common_fields: { time_format: 'relative', reference_time: 0, protocol_type: [protocol], group_id: group },
      },
    });
  }

  event(at: Nanos, name: string, data: object): void {
    this.record({ time: milliseconds(at), name, data });
  }

  /** The connection is gone: the trace is whole. */
  closed(at: Nanos, reason: CloseReason): void {
    this.event(at, 'connectivity:connection_closed', { reason, ...(reason === 'finished' && { trigger: 'clean' }) });
    this.sink.close();
  }

  private record(value: object): void {
    this.sink.write(`${RECORD_SEPARATOR}${JSON.stringify(value)}\n`);
  }
}
