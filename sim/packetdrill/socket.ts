import type { Timer } from '../core/event-queue';
import { type CloseReason, State, type TcpConnection, type TcpDelegate } from '../tcp/connection';
import type { MutableConfig } from './host-config';
import type { SendBuffer } from './send-buffer';

/** Where a socket stands between system calls. */
export type Phase = 'new' | 'listening' | 'connecting' | 'connected' | 'closed';

/** A TCP socket of the host under test: a connection with the memory that the socket calls need. */
export class TcpSocket implements TcpDelegate {
  phase: Phase = 'new';
  connection: TcpConnection | null = null;
  nonBlocking = false;
  /** The errno that the next call reports, or null. */
  error: string | null = null;
  port: number | null = null;
  /** Receive buffer asked for, before it is rounded to whole segments. */
  askedBuffer: number | null = null;
  congestionControl: string;
  /** Listening: connections that accept() has not returned yet. */
  readonly backlog: TcpSocket[] = [];
  /** Listening: connections whose SYN has arrived and that are not open yet. */
  readonly opening = new Set<TcpSocket>();
  /** accept() has returned it. */
  accepted = false;
  /** The first connect() did not wait for its outcome. */
  connectPending = false;
  /** connect() has returned, and the SYN waits for the first write (TCP_FASTOPEN_CONNECT). */
  synDeferred = false;
  readShut = false;
  writeShut = false;
  /** close() resets (SO_LINGER with no time). */
  abortive = false;
  /** Options set, by name, for those that are only remembered. */
  readonly options = new Map<string, number | string>();
  /** Counts what epoll's edge-triggered mode reports: data, room, state. */
  readEdges = 0;
  writeEdges = 0;
  /** A write found no room since the last time there was some; and an ACK has come since. */
  wantsRoom = false;
  private mayHaveRoom = false;
  remoteClosed = false;
  /** Bytes held back by MSG_MORE or TCP_CORK, and whether the call that wrote the last of them asked for PSH. */
  corked = 0;
  corkedPush = true;
  corkTimer: Timer | null = null;

  constructor(
    readonly config: MutableConfig,
    congestionControl: string,
    readonly buffer: SendBuffer,
    private readonly wake: () => void,
  ) {
    this.congestionControl = congestionControl;
  }

  /** Bytes that a read would get, even after shutdown(SHUT_RD): what has arrived stays. */
  get readable(): number {
    return this.connection?.readable ?? 0;
  }

  /** A read would return at once with nothing: end of stream. */
  get atEnd(): boolean {
    return this.readShut || this.remoteClosed || this.phase === 'closed';
  }

  /** The port to connect from: that of bind(), or the only one that IP_LOCAL_PORT_RANGE leaves; null is any. */
  get localPort(): number | null {
    const range = Number(this.options.get('IP_LOCAL_PORT_RANGE') ?? 0);
    const [from, to] = [range % 0x10000, Math.floor(range / 0x10000)];
    return this.port ?? (from > 0 && from === to ? from : null);
  }

  get isSynchronized(): boolean {
    return this.connection !== null && this.connection.state >= State.established;
  }

  /** Linux's connect() to no address: the connection is aborted, and the socket is as new. */
  disconnect(): void {
    const { connection } = this;
    this.connection = null;
    connection?.abort();
    this.phase = 'new';
    this.error = null;
    this.remoteClosed = this.readShut = this.writeShut = this.connectPending = this.synDeferred = false;
    this.corked = 0;
  }

  onEstablished(): void {
    this.phase = 'connected';
    this.writeEdges++;
    this.wake();
  }

  onReadable(): void {
    this.readEdges++;
    this.wake();
  }

  /** Sends what MSG_MORE and TCP_CORK hold back. */
  uncork(push = this.corkedPush): void {
    const { corked } = this;
    this.corkTimer?.disarm();
    this.corked = 0;
    if (corked > 0 && this.phase === 'connected') this.connection?.writeAll(corked, push);
  }

  onWritable(): void {
    // MSG_MORE is a matter of one call: what comes next, be it an ACK, sends what it holds back
    if (this.options.get('TCP_CORK') !== 1) this.uncork();
    this.mayHaveRoom = this.wantsRoom;
    this.wake();
  }

  /** Notices the room that ACKs have made, once what they let go was sent. */
  settleRoom(): void {
    const sender = this.connection?.sender ?? null;
    if (!this.mayHaveRoom || sender === null) return;
    this.mayHaveRoom = false;
    this.buffer.grow(sender);
    if (!this.buffer.wakes(sender)) return;
    this.wantsRoom = false;
    this.writeEdges++;
  }

  onRemoteClosed(): void {
    this.remoteClosed = true;
    this.readEdges++;
    this.wake();
  }

  onClosed(connection: TcpConnection, reason: CloseReason): void {
    this.phase = 'closed';
    this.error ??= errnoOf(reason, this.remoteClosed);
    this.readEdges++;
    this.writeEdges++;
    this.connection = connection;
    this.wake();
  }
}

function errnoOf(reason: CloseReason, remoteClosed: boolean): string | null {
  switch (reason) {
    case 'reset':
      return remoteClosed ? 'EPIPE' : 'ECONNRESET';
    case 'timeout':
      return 'ETIMEDOUT';
    case 'refused':
      return 'ECONNREFUSED';
    default:
      return null;
  }
}
