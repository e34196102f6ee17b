import type { App, EmptyPath } from '../apps/app';
import type { SpliceRelay } from '../relay/splice';
import { State, type TcpConnection } from '../tcp/connection';
import type { Session } from './scenario';

/** A session in a simulation: its application, relays and the connections that carry it. */
export class RunningSession {
  app!: App;
  /** In order from client to server. */
  readonly relays: SpliceRelay[] = [];
  /** The connection that the client opened last; null over other transports, and before the first. */
  current: TcpConnection | null = null;
  /** Connections of the client: those that exist, and some that are gone and not yet swept out. */
  private connections: TcpConnection[] = [];
  private sweepAt = 8;
  /** Data segments sent and retransmitted by connections that have been swept out. */
  private sentBefore = 0;
  private retransmittedBefore = 0;

  constructor(
    readonly spec: Session,
    readonly flow: number,
    readonly path: EmptyPath,
  ) {}

  /** The client opens a connection. */
  opened(connection: TcpConnection): void {
    this.connections.push(connection);
    this.current = connection;
    if (this.connections.length >= this.sweepAt) this.sweep();
  }

  /** Connections that can send; when there are none, the last. */
  get sending(): readonly TcpConnection[] {
    if (this.connections.length <= 1) return this.connections;
    const able = this.connections.filter((c) => c.state !== State.closed && c.state !== State.timeWait);
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
    this.connections = before.filter((c) => c.state !== State.closed || c === this.current);
    for (const c of before) {
      if (c.state !== State.closed || c === this.current) continue;
      this.sentBefore += c.sender?.segmentsSent ?? 0;
      this.retransmittedBefore += c.sender?.retransmittedSegments ?? 0;
    }
    this.sweepAt = Math.max(8, 2 * this.connections.length);
  }
}
