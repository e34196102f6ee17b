import type { Nanos } from '../core/event-queue';
import type { ByteStream, CloseReason, SendingState, StreamDelegate, StreamMessage } from '../transport/byte-stream';
import { ContentStream, type ContentWatch } from '../transport/stream-content';
import type { QuicConnection } from './connection';
import { ReceiveHalf } from './receive-half';
import { Reset, SendHalf } from './send-half';
import { Due } from './stream-dues';

/** A bidirectional stream (RFC 9000 section 2 and 3). */
export class QuicStream extends ContentStream implements ByteStream {
  readonly send: SendHalf;
  readonly receive: ReceiveHalf;
  delegate: StreamDelegate = {};
  establishedAt: Nanos = -1;
  /** Next stream in the ring of those that have something to send; null if it is not in it. */
  nextReady: QuicStream | null = null;
  /** Control frames to be sent: see `Due`. */
  due = 0;
  private remoteClosedTold = false;
  private closed = false;
  private closing = false;
  /** The application reads no more: what still arrives is thrown away. */
  private detached = false;

  constructor(
    readonly connection: QuicConnection,
    /** -1 while the limit on streams forbids to open it (RFC 9000 section 4.6). */
    public id: number,
    readonly flow: number,
  ) {
    super();
    const { config } = connection;
    this.send = new SendHalf(config.sendBuffer);
    this.receive = new ReceiveHalf(config.maxStreamData);
  }

  protected override get watch(): ContentWatch | null {
    return this.connection.stack.watching.watch;
  }

  get isOpen(): boolean {
    return !this.closed;
  }

  get readable(): number {
    return this.receive.readable;
  }

  get writable(): number {
    if (this.closing) return 0;
    const room = this.send.una + this.connection.config.sendBuffer - this.send.end;
    return room > 0 ? room : 0;
  }

  get unacknowledged(): number {
    return this.send.end - this.send.una;
  }

  get unsent(): number {
    return this.send.end - this.send.nxt;
  }

  get buffered(): number {
    const { send, connection } = this;
    return this.receive.held + Math.min(send.end, send.una + connection.config.sendBuffer) - send.una;
  }

  get isRemoteClosed(): boolean {
    return this.receive.isComplete;
  }

  get sender(): SendingState | null {
    return this.connection.streams.first === this && this.connection.establishedAt >= 0 ? this.connection : null;
  }

  get written(): number {
    return this.send.end;
  }

  get acknowledged(): number {
    return this.send.una;
  }

  get consumed(): number {
    return this.receive.readOffset;
  }

  read(max: number): number {
    const got = this.receive.read(max);
    if (got > 0) this.connection.streams.onRead(this, got);
    return got;
  }

  writeAll(bytes: number): void {
    if (this.closing) throw new Error('write after close');
    this.send.end += bytes;
    this.connection.streams.onWrite(this);
  }

  override writeMessage(message: StreamMessage, bytes = message.size): void {
    this.connection.streams.hasContent = true;
    super.writeMessage(message, bytes);
  }

  shutdown(): void {
    if (this.closing) return;
    this.closing = true;
    this.send.finQueued = true;
    this.connection.streams.onWrite(this);
  }

  close(): void {
    if (this.receive.readable > 0) {
      this.abort();
      return;
    }
    this.detached = true;
    this.shutdown();
    this.endIfDone();
  }

  abort(): void {
    this.endWith('aborted', true);
  }

  // --- For the connection

  /** The stream may carry data now. */
  establish(now: Nanos): void {
    if (this.establishedAt >= 0 || this.closed) return;
    this.establishedAt = now;
    this.delegate.onEstablished?.(this);
  }

  /** A STREAM frame was taken. */
  onData(grew: boolean): void {
    if (this.closed) return;
    if (this.detached) this.discard();
    else if (grew && this.receive.readable > 0) this.delegate.onReadable?.(this);
    if (this.receive.isComplete && !this.remoteClosedTold && !this.closed) {
      this.remoteClosedTold = true;
      this.delegate.onRemoteClosed?.(this);
      this.endIfDone();
    }
  }

  /** Data or the FIN was acknowledged. */
  onAcked(): void {
    if (this.closed) return;
    this.delegate.onWritable?.(this);
    this.endIfDone();
  }

  /** RESET_STREAM or STOP_SENDING from the peer, or the end of the connection. */
  onPeerReset(): void {
    this.receive.isReset = true;
    this.endWith('reset', true);
  }

  /** The connection is gone. */
  onConnectionClosed(reason: CloseReason): void {
    this.endWith(this.send.isDelivered && this.receive.isComplete ? 'finished' : reason, false);
  }

  /** Data for an application that no longer reads counts as read (RFC 9000 section 3.5 allows to ask for no more). */
  private discard(): void {
    const got = this.receive.read(Infinity);
    if (got > 0) this.connection.streams.onRead(this, got);
  }

  /** Both directions are finished: "Data Recvd" and "Data Read" (RFC 9000 section 3). */
  private endIfDone(): void {
    if (this.closed || !this.send.isDelivered || !this.receive.isComplete) return;
    this.closed = true;
    this.connection.streams.forgetIfDone(this);
    this.delegate.onClosed?.(this, 'finished');
  }

  private endWith(reason: CloseReason, tellPeer: boolean): void {
    if (this.closed) return;
    this.closed = this.closing = true;
    if (tellPeer) {
      if (!this.send.isDelivered) {
        this.send.reset = Reset.due;
        this.due |= Due.resetStream;
      }
      if (!this.receive.isComplete && !this.receive.isReset) this.due |= Due.stopSending;
      this.connection.streams.onAbort(this);
    }
    this.delegate.onClosed?.(this, reason);
  }
}
