import type { Address } from '../core/packet';
import type { Node } from '../net/node';
import type { ByteStream, CloseReason, StreamDelegate } from '../transport/byte-stream';
import type { StreamTransport } from '../transport/stream-transport';

/**
 * A relay for one session: ends one stream and starts the next, copying bytes both ways (RFC 3135 section 2.4, split
 * connection). It holds nothing but what its sockets hold. When the next leg's send buffer is full it stops reading, so
 * that the receive window of the previous leg closes: back-pressure.
 */
export class SpliceRelay {
  /** Pairs of streams ever made, and bytes copied. */
  pairs = 0;
  bytes = 0;
  private readonly live = new Set<Splice>();

  constructor(
    private readonly node: Node,
    /** Of the next leg: what it runs over, and where it leads. */
    private readonly transport: StreamTransport,
    private readonly next: Address,
    private readonly port: number,
  ) {}

  /** Bytes held at this moment: received and not read, or written and not acknowledged, over all streams. */
  get buffered(): number {
    let sum = 0;
    for (const splice of this.live) sum += splice.buffered;
    return sum;
  }

  /** Takes a stream from the previous hop; the next leg is opened when it is established. */
  accept(incoming: ByteStream): StreamDelegate {
    return new Splice(this, incoming).ofIncoming;
  }

  /** The incoming leg is established: opens the next one. */
  open(splice: Splice, delegate: StreamDelegate, flow: number): ByteStream {
    this.pairs++;
    this.live.add(splice);
    return this.transport.connect(this.node, this.next, this.port, delegate, flow);
  }

  /** A pair is gone. */
  release(splice: Splice): void {
    this.live.delete(splice);
  }
}

/** Two streams and what passes between them. */
class Splice {
  private outgoing: ByteStream | null = null;
  private gone = 0;
  readonly ofIncoming: StreamDelegate = {
    onEstablished: () => (this.outgoing = this.relay.open(this, this.ofOutgoing, this.incoming.flow)),
    onReadable: () => this.pump(this.incoming, this.outgoing),
    onWritable: () => this.pump(this.outgoing, this.incoming),
    onRemoteClosed: () => this.pump(this.incoming, this.outgoing),
    onClosed: (_, reason) => this.onClosed(this.outgoing, reason),
  };
  readonly ofOutgoing: StreamDelegate = {
    onEstablished: () => this.pump(this.incoming, this.outgoing),
    onReadable: () => this.pump(this.outgoing, this.incoming),
    onWritable: () => this.pump(this.incoming, this.outgoing),
    onRemoteClosed: () => this.pump(this.outgoing, this.incoming),
    onClosed: (_, reason) => this.onClosed(this.incoming, reason),
  };

  constructor(
    private readonly relay: SpliceRelay,
    private readonly incoming: ByteStream,
  ) {}

  get buffered(): number {
    return this.incoming.buffered + (this.outgoing === null ? 0 : this.outgoing.buffered);
  }

  /** Moves what one end has to read into what the other has room for; passes the end of the stream on. */
  private pump(from: ByteStream | null, to: ByteStream | null): void {
    if (from === null || to === null) return;
    const { readable } = from;
    if (readable > 0) {
      const room = to.writable;
      const bytes = readable < room ? readable : room;
      if (bytes > 0) {
        this.relay.bytes += bytes;
        this.copy(from, to, bytes);
      }
    }
    // closed before it is established, a connection would vanish (RFC 9293 section 3.10.4)
    if (from.isRemoteClosed && from.readable === 0 && to.establishedAt >= 0) to.shutdown();
  }

  /** Bytes, and the ends of messages in them. */
  private copy(from: ByteStream, to: ByteStream, bytes: number): void {
    let left = bytes;
    for (let part = from.untilMessageEnd; part <= left; part = from.untilMessageEnd) {
      from.read(part);
      to.writeMessage(from.takeMessage()!, part);
      left -= part;
    }
    if (left === 0) return;
    from.read(left);
    to.writeAll(left);
  }

  /** One leg is gone: an orderly end has been passed on already, anything else resets the other leg. */
  private onClosed(other: ByteStream | null, reason: CloseReason): void {
    this.gone++;
    if (reason !== 'finished') other?.abort();
    if (other === null || this.gone === 2) this.relay.release(this);
  }
}
