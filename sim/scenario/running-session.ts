import type { App, AppMetric, EmptyPath, TransportKind } from '../apps/app';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { Node } from '../net/node';
import type { Session } from './scenario';
import { SessionEvents } from './session-events';

/** Something between the ends of a session that holds bytes for it. */
export interface Holder {
  /** Bytes held at this moment. */
  readonly buffered: number;
}

/** A session in a simulation: its application, relays and the connections that carry it. */
export class RunningSession {
  app!: App;
  /** Nodes that packets from client to server pass, ends included. */
  route: readonly Node[] = [];
  /** What the path of the session found, besides what its application did. */
  readonly findings: (() => readonly AppMetric[])[] = [];
  /** In order from client to server. */
  readonly relays: Holder[] = [];
  /** The stream that the client opened last; null over datagrams, and before the first. */
  current: ByteStream | null = null;
  /**
   * Streams of the client with a connection of their own: those that exist, and some that are gone and not yet swept out.
   */
  private connections: ByteStream[] = [];
  private sweepAt = 8;
  /** Data segments sent and retransmitted by connections that have been swept out. */
  private sentBefore = 0;
  private retransmittedBefore = 0;
  /** What happens to the session, for those who count. */
  readonly events = new SessionEvents();

  constructor(
    readonly spec: Session,
    readonly flow: number,
    readonly path: EmptyPath,
  ) {}

  /** The client opens a stream. */
  opened(stream: ByteStream): ByteStream {
    this.current = stream;
    // there may be a million of them, and they have nothing to count
    if (stream.isShared === true) return stream;
    this.connections.push(stream);
    if (this.connections.length >= this.sweepAt) this.sweep();
    return stream;
  }

  /** Protects a stream that has reached the server's end before the application has it; by default it is as it came. */
  admit: (stream: ByteStream, accept: (stream: ByteStream) => StreamDelegate) => StreamDelegate = (stream, accept) =>
    accept(stream);

  /** A stream has reached the server's end. */
  accept(stream: ByteStream): StreamDelegate {
    return this.admit(stream, (admitted) => {
      if (this.app.accept === undefined) throw new Error(`the application of ${this.spec.name} accepts no streams`);
      return this.app.accept(admitted);
    });
  }

  /** The application asked for a kind of transport that the session does not have. */
  refuse(kind: TransportKind): never {
    throw new Error(`session ${this.spec.name} runs over ${this.spec.transport.protocol}, which has no ${kind}s`);
  }

  /** Streams that can send; when there are none, the last. */
  get sending(): readonly ByteStream[] {
    if (this.connections.length === 1) return this.connections;
    const able = this.connections.filter((c) => c.isOpen);
    if (able.length > 0 || this.current === null) return able;
    return [this.current];
  }

  /** Data segments that the client has sent, retransmissions included. */
  get segmentsSent(): number {
    let sum = this.sentBefore;
    for (const c of this.connections) sum += c.sender?.segmentsSent ?? 0;
    return sum;
  }

  get retransmittedSegments(): number {
    let sum = this.retransmittedBefore;
    for (const c of this.connections) sum += c.sender?.retransmittedSegments ?? 0;
    return sum;
  }

  /** Bytes that the relays hold. */
  get relayBuffered(): number {
    let sum = 0;
    for (const relay of this.relays) sum += relay.buffered;
    return sum;
  }

  /** Forgets connections that are gone, whenever their number may have doubled. */
  private sweep(): void {
    const before = this.connections;
    this.connections = before.filter((c) => c.isOpen || c === this.current);
    for (const c of before) {
      if (c.isOpen || c === this.current) continue;
      this.sentBefore += c.sender?.segmentsSent ?? 0;
      this.retransmittedBefore += c.sender?.retransmittedSegments ?? 0;
    }
    this.sweepAt = Math.max(8, 2 * this.connections.length);
  }
}
