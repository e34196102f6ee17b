import type { Address } from '../core/packet';
import { type CloseReason, State, type TcpConnection, type TcpDelegate } from '../tcp/connection';
import type { TcpOptions, TcpStack } from '../tcp/stack';

/**
 * A relay for one session: ends one TCP connection and starts the next, copying bytes both ways (RFC 3135 section 2.4,
 * split connection). It holds nothing but what its sockets hold. When the next leg's send buffer is full it stops reading,
 * so that the receive window of the previous leg closes: back-pressure.
 */
export class SpliceRelay {
  /** Pairs of connections ever made, and bytes copied. */
  pairs = 0;
  bytes = 0;
  private readonly live = new Set<Splice>();

  constructor(
    private readonly stack: TcpStack,
    private readonly next: Address,
    private readonly port: number,
    private readonly options: TcpOptions,
  ) {}

  /** Bytes held at this moment: received and not read, or written and not acknowledged, over all connections. */
  get buffered(): number {
    let sum = 0;
    for (const splice of this.live) sum += splice.buffered;
    return sum;
  }

  /** Takes a connection from the previous hop; the next leg is opened when it is established. */
  accept(incoming: TcpConnection): TcpDelegate {
    return new Splice(this, incoming).ofIncoming;
  }

  /** The incoming leg is established: opens the next one. */
  open(splice: Splice, delegate: TcpDelegate, flow: number): TcpConnection {
    this.pairs++;
    this.live.add(splice);
    return this.stack.connect(this.next, this.port, this.options, delegate, flow);
  }

  /** A pair is gone. */
  release(splice: Splice): void {
    this.live.delete(splice);
  }
}

/** Two connections and what passes between them. */
class Splice {
  private outgoing: TcpConnection | null = null;
  readonly ofIncoming: TcpDelegate = {
    onEstablished: () => (this.outgoing = this.relay.open(this, this.ofOutgoing, this.incoming.flow)),
    onReadable: () => this.pump(this.incoming, this.outgoing),
    onWritable: () => this.pump(this.outgoing, this.incoming),
    onRemoteClosed: () => this.pump(this.incoming, this.outgoing),
    onClosed: (_, reason) => this.onClosed(this.outgoing, reason),
  };
  readonly ofOutgoing: TcpDelegate = {
    onEstablished: () => this.pump(this.incoming, this.outgoing),
    onReadable: () => this.pump(this.outgoing, this.incoming),
    onWritable: () => this.pump(this.incoming, this.outgoing),
    onRemoteClosed: () => this.pump(this.outgoing, this.incoming),
    onClosed: (_, reason) => this.onClosed(this.incoming, reason),
  };

  constructor(
    private readonly relay: SpliceRelay,
    private readonly incoming: TcpConnection,
  ) {}

  get buffered(): number {
    let sum = 0;
    for (const c of [this.incoming, this.outgoing]) {
      if (c !== null) sum += c.receiver.held + c.unacknowledged;
    }
    return sum;
  }

  /** Moves what one end has to read into what the other has room for; passes the end of the stream on. */
  private pump(from: TcpConnection | null, to: TcpConnection | null): void {
    if (from === null || to === null) return;
    const readable = from.readable;
    if (readable > 0) {
      const room = to.writable;
      const bytes = readable < room ? readable : room;
      if (bytes > 0) {
        this.relay.bytes += bytes;
        from.read(bytes);
        to.writeAll(bytes);
      }
    }
    // closed before it is established, a connection would vanish (RFC 9293 section 3.10.4)
    if (from.isRemoteClosed && from.readable === 0 && to.establishedAt >= 0) to.shutdown();
  }

  /** One leg is gone: an orderly end has been passed on already, anything else resets the other leg. */
  private onClosed(other: TcpConnection | null, reason: CloseReason): void {
    if (reason !== 'finished') other?.abort();
    if (other === null || other.state === State.closed) this.relay.release(this);
  }
}
