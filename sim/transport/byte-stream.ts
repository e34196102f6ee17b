import type { Nanos } from '../core/event-queue';

/** Why a stream ended. */
export type CloseReason = 'finished' | 'reset' | 'timeout' | 'refused' | 'aborted';

/** Something that was written as a whole: where it ends travels with the bytes. */
export interface StreamMessage {
  /** Bytes, at least 1. */
  readonly size: number;
  /** The bytes, for captures and parsers. Without it they are zeros. */
  encode?(): Uint8Array;
}

/**
 * What applications and relays see of a TCP connection, one stream of an SCTP association or of a QUIC connection, or one
 * session inside a circuit: bytes in order, both ways, with back-pressure, and the ends of messages in them.
 */
export interface ByteStream {
  /** Accounting identity of the session; survives NATs, relays, circuits. */
  readonly flow: number;
  /** -1 before it is. */
  readonly establishedAt: Nanos;
  /** It may still carry data: neither gone nor lingering (TIME-WAIT). */
  readonly isOpen: boolean;
  /** Bytes in order and not read. */
  readonly readable: number;
  /** Room in the send buffer, bytes. */
  readonly writable: number;
  /** Bytes written and not acknowledged. */
  readonly unacknowledged: number;
  /** Bytes written and not sent yet; where a stream does not know, what is not acknowledged counts. */
  readonly unsent?: number;
  /** Bytes held here: received, in order or not, and not read; written and not acknowledged. */
  readonly buffered: number;
  /** The peer has ended its direction and everything before that has arrived. */
  readonly isRemoteClosed: boolean;
  /** True where the connection is shared with other streams, which may be very many. */
  readonly isShared?: boolean;
  /** Congestion state of the connection; null before it is established, and where the connection is shared with others. */
  readonly sender: SendingState | null;
  /** Reads up to `max` bytes. Returns how many. */
  read(max: number): number;
  /** Queues `bytes` as a blocking writer would: what does not fit yet follows as room appears. May be Infinity. */
  writeAll(bytes: number): void;
  /**
   * As `writeAll(message.size)`, and marks the end: the other end's `takeMessage` gives the same object once all its bytes
   * were read. `bytes` are fewer where the first of its bytes were written before (a relay that cuts through).
   */
  writeMessage(message: StreamMessage, bytes?: number): void;
  /** The oldest message whose last byte has been read and that was not taken yet; null if none. */
  takeMessage(): StreamMessage | null;
  /** Bytes to read until the end of the next message; Infinity when none is known. */
  readonly untilMessageEnd: number;
  /**
   * Says that the next bytes written are those of `message` after the first `sent`, and that its end is to follow: for captures,
   * which else see zeros until then.
   */
  begin?(message: StreamMessage, sent: number): void;
  /** Tells `next` by `begin` which message the next byte to be read is of, where one is known. */
  handOn?(next: Pick<ByteStream, 'begin'>): void;
  /** No more will be written; the other direction stays open. */
  shutdown(): void;
  /** No more will be written or read. */
  close(): void;
  /** Ends it at once; what is under way is lost, and the peer is told. */
  abort(): void;
}

/** What meters and congestion-aware applications read of a sending connection. */
export interface SendingState {
  /** Packets with data sent, retransmissions included; and retransmissions alone. */
  readonly segmentsSent: number;
  readonly retransmittedSegments: number;
  /** Bytes. */
  readonly inFlight: number;
  readonly cc: { readonly cwnd: number; readonly ssthresh: number };
  /** Nanoseconds; `samples` round trips were measured. */
  readonly rtt: { readonly srtt: Nanos; readonly latest: Nanos; readonly samples: number };
}

/** How applications, relays and signalling use a stream. All hooks are optional. */
export interface StreamDelegate<S = ByteStream> {
  onEstablished?(stream: S): void;
  /** Data is waiting to be read. */
  onReadable?(stream: S): void;
  /** Acknowledged data made room in the send buffer. */
  onWritable?(stream: S): void;
  /** The peer has ended its direction and everything before that has arrived. */
  onRemoteClosed?(stream: S): void;
  /** The stream is gone. */
  onClosed?(stream: S, reason: CloseReason): void;
}
