import type { Nanos } from '../core/event-queue';
import { ContentStream } from '../transport/stream-content';
import type { TcpConfig } from './config';
import { Receiver } from './receiver';
import type { IdleSender } from './idle-sender';
import type { Sender } from './sender';
import { State } from './states';

/** What the application calls of a connection to write and read (RFC 9293 section 3.9), and what it may ask. */
export abstract class TcpStream extends ContentStream {
  state: State = State.closed;
  /** The sending half: null before the connection is established, idle until there is something to send, then active. */
  idleSender: IdleSender | null = null;
  activeSender: Sender | null = null;
  receiver: Receiver;
  /** Accounting identity, stamped on every packet. */
  flow = 0;
  establishedAt: Nanos = -1;
  /** Written before the connection was established. */
  protected early = 0;
  protected closing = false;

  constructor(readonly config: TcpConfig) {
    super();
    this.receiver = new Receiver(config, config.mss);
  }

  /** Makes the sending half active. */
  protected abstract activate(idle: IdleSender): Sender;

  /** The sending half, once established; who asks for it makes it active, which takes memory but changes nothing. */
  get sender(): Sender | null {
    if (this.activeSender === null && this.idleSender !== null) {
      this.activeSender = this.activate(this.idleSender);
      this.idleSender = null;
    }
    return this.activeSender;
  }

  /** snd.una and snd.nxt. */
  get sndUna(): number {
    return this.activeSender === null ? 1 : this.activeSender.una;
  }

  get sndNxt(): number {
    return this.activeSender === null ? 1 : this.activeSender.nxt;
  }

  get isOpen(): boolean {
    return this.state !== State.closed && this.state !== State.timeWait;
  }

  /** Bytes that `write` would take now. */
  get writable(): number {
    if (this.closing) return 0;
    return this.activeSender === null ? this.config.sendBuffer - this.early : this.activeSender.room;
  }

  /** Bytes written and not acknowledged. */
  get unacknowledged(): number {
    return this.activeSender === null ? this.early : this.activeSender.unacknowledged;
  }

  get unsent(): number {
    return this.activeSender === null ? this.early : this.activeSender.end - this.activeSender.nxt;
  }

  get written(): number {
    return this.activeSender === null ? this.early : this.activeSender.end - 1;
  }

  get acknowledged(): number {
    return this.written - this.unacknowledged;
  }

  get consumed(): number {
    return this.receiver.readSeq - 1;
  }

  get buffered(): number {
    return this.receiver.held + this.unacknowledged;
  }

  /** Queues up to `bytes`, as the send buffer has room. Returns how many were taken. */
  write(bytes: number): number {
    const taken = Math.min(bytes, this.writable);
    if (taken > 0) this.writeAll(taken);
    return taken;
  }

  /**
   * Queues `bytes` as a blocking writer would: what does not fit yet follows as room appears. May be Infinity. `push`: the
   * last of them is to be delivered at once (RFC 9293 section 3.9.1.2).
   */
  writeAll(bytes: number, push = true): void {
    if (this.closing) throw new Error('write after close');
    const { sender } = this;
    if (sender === null) this.early += bytes;
    else sender.write(bytes, push);
  }

  /** What was written since the connection was established is a record: no segment reaches over its end. */
  endRecord(): void {
    this.sender?.endRecord();
  }

  /** Bytes that `read` would give. */
  get readable(): number {
    return this.receiver.readable;
  }

  /** The peer has sent its FIN and everything before it has arrived. */
  get isRemoteClosed(): boolean {
    return this.receiver.isComplete;
  }
}
