import type { EventSource, Nanos } from '../core/event-queue';
import { Ecn, Flag, NO_OPTION, type Packet } from '../core/packet';
import type { Factory } from '../core/plugin';
import type { CongestionControl, FlowInfo } from './cc/congestion-control';
import type { SenderCommons } from './commons';
import type { TcpConfig } from './config';
import type { FastOpenClient, FastOpenServer } from './fast-open';
import { Handshake } from './handshake';
import type { IdleSender } from './idle-sender';
import { KeepAlive } from './keep-alive';
import { TcpOutput } from './output';
import { AckDue } from './receiver';
import { Sender } from './sender';
import type { SenderHost } from './sender-host';
import type { TcpStack } from './stack';
import { type CloseReason, type Endpoint, State, type TcpDelegate } from './states';
import { TimerKind } from './timers';
import type { ByteStream } from '../transport/byte-stream';
import type { ConnectionLog } from '../transport/connection-log';
import type { ContentWatch, StreamContent } from '../transport/stream-content';

export { type CloseReason, type Endpoint, State, STATE_NAMES, type SynOptions, type TcpDelegate } from './states';

/**
 * One end of a TCP connection (RFC 9293): states, segment arrival, timers. Sending, receiving, recovery and congestion
 * control are parts of their own. Sequence numbers are offsets from the initial ones: SYN is 0, the first byte 1.
 */
export class TcpConnection extends TcpOutput implements ByteStream, EventSource, SenderHost, FlowInfo {
  delegate: TcpDelegate;
  /** Next connection with the same hash in the stack's table. */
  chain: TcpConnection | null = null;

  // FlowInfo
  mss = 0;
  initialWindow = 0;

  /** Null once the connection is established. */
  private handshake: Handshake | null;
  private remoteClosedTold = false;
  /** Data in the SYN was taken (RFC 7413). */
  synDataTaken = false;
  /** The application has closed: it reads no more. */
  private detached = false;
  /** Null where none is wanted. */
  private keepAlive: KeepAlive | null = null;
  override readonly log: ConnectionLog | null;

  constructor(
    stack: TcpStack,
    endpoint: Endpoint,
    config: TcpConfig,
    private readonly congestionControl: Factory<FlowInfo, CongestionControl>,
    delegate: TcpDelegate,
  ) {
    super(stack, endpoint, config);
    this.delegate = delegate;
    this.handshake = new Handshake(this);
    this.log = stack.logging.open(this);
  }

  get now(): Nanos {
    return this.events.now;
  }

  protected override get watch(): ContentWatch | null {
    return this.stack.watching.watch;
  }

  get commons(): SenderCommons {
    return this.stack.commons;
  }

  get random() {
    return this.stack.random(this);
  }

  /** The congestion control, once established. */
  get cc(): CongestionControl | null {
    return this.sender?.cc ?? null;
  }

  // --- What the application calls (RFC 9293 section 3.9)

  /** Active open. */
  connect(fastOpen: FastOpenClient | null = null): void {
    if (fastOpen !== null) this.early += fastOpen.bytes;
    this.handshake!.sendSyn(fastOpen);
  }

  /** Passive open, by the stack, for a SYN that reached a listener. */
  accept(syn: Packet, fastOpen: FastOpenServer | null = null): void {
    this.handshake!.onListenSyn(syn, fastOpen);
  }

  /** Reads up to `bytes`; opens the window. Returns how many. */
  read(bytes: number): number {
    const got = this.receiver.read(bytes);
    // after its FIN the peer needs no window
    if (got > 0 && this.state >= State.established && !this.isRemoteClosed && this.receiver.shouldUpdateWindow()) {
      this.sendAck();
    }
    return got;
  }

  /** No more data will be written; the other direction stays open until the peer closes (half-close). */
  shutdown(): void {
    if (this.closing) return;
    this.closing = true;
    if (this.state === State.closed || this.state === State.synSent) {
      if (this.early === 0) this.finish('finished');
      return;
    }
    // in SYN-RECEIVED the FIN waits for the handshake (RFC 9293 section 3.10.4), if it is not open already (RFC 7413)
    if (this.state === State.established) this.state = State.finWait1;
    else if (this.state === State.closeWait) this.state = State.lastAck;
    this.sender?.queueFin();
  }

  /** Close. With unread data the peer is told by RST that it was lost (RFC 9293 section 3.6.1). */
  close(): void {
    if (this.state >= State.synReceived && this.receiver.readable > 0) {
      this.abort();
      return;
    }
    this.shutdown();
    if (this.state === State.finWait2) this.armState(this.now + this.config.finWait2Timeout);
    this.detached = true;
  }

  /** Abort: RST, and everything is forgotten. */
  abort(reason: CloseReason = 'aborted'): void {
    if (this.state >= State.synReceived && this.state !== State.timeWait) {
      this.emit(this.segment(Flag.rst | Flag.ack, this.sndNxt, 0));
    }
    this.finish(reason);
  }

  // --- Segment arrival (RFC 9293 section 3.10.7). The stack owns the packet.

  receive(p: Packet): void {
    if (!this.isExpected(p)) {
      this.takeAny(p);
      return;
    }
    this.ackedSince = false;
    if (this.timestampsOk === true && p.seq <= this.lastAckSent) this.tsRecent = p.tsVal;
    if (p.length === 0) {
      this.takeAck(p);
      return;
    }
    if (p.payload !== null) this.inbound = p.payload as StreamContent;
    const due = this.receiver.takeNext(p.length);
    if (this.inbound !== null) this.inbound.watch?.received(this.inbound, p, this.receiver.nxt - 1);
    this.takeAck(p);
    if (this.isGone === true) return;
    if (this.receiver.readable > 0) this.delegate.onReadable?.(this);
    this.acknowledge(due);
  }

  /**
   * Header prediction (V. Jacobson, RFC 1144 appendix B.1): the next segment of an undisturbed transfer, which brings nothing
   * but data in order or an ACK. What `takeAny` asks is known of it.
   */
  private isExpected(p: Packet): boolean {
    const { receiver } = this;
    return (
      this.state === State.established &&
      (p.flags & ~Flag.psh) === Flag.ack &&
      p.seq === receiver.nxt &&
      (p.tsVal >= this.tsRecent || this.timestampsOk === false) &&
      (p.length === 0 || (p.length <= receiver.edge - p.seq && receiver.hasIslands === false)) &&
      p.ack <= this.sndNxt &&
      this.keepAlive === null &&
      this.ecn === null
    );
  }

  private takeAny(p: Packet): void {
    if (this.state < State.established) {
      if (!this.handshake!.onSegment(p)) return;
    }
    this.ackedSince = false;
    if (!this.isAcceptable(p)) return;
    if (this.keepAlive !== null) this.keepAlive.onHeard();
    if (p.flags & Flag.rst) {
      this.onReset(p);
      return;
    }
    if (p.flags & Flag.syn) {
      // RFC 9293 section 3.10.7.4, fourth step (RFC 5961): challenge
      this.sendAck();
      return;
    }
    if ((p.flags & Flag.ack) === 0) return;
    if (this.ecn !== null) this.ecn.onSegment(p, this);
    if (p.ack > this.sndNxt) {
      this.sendAck();
      return;
    }
    let due: AckDue = AckDue.none;
    if (p.length > 0) {
      // RFC 9293 section 3.6.1: data after close is answered with RST
      if (this.detached) {
        this.stack.reset(p);
        this.finish('aborted');
        return;
      }
      due = this.takeData(p);
    }
    if (p.flags & Flag.fin) {
      this.receiver.takeFin(p.seq + p.length);
      due = AckDue.now;
    }
    this.takeAck(p);
    if (this.isGone) return;
    if (p.length > 0 && this.receiver.readable > 0) this.delegate.onReadable?.(this);
    this.acknowledge(due);
    if (this.isRemoteClosed && !this.remoteClosedTold && !this.isGone) this.onRemoteFin();
  }

  private takeAck(p: Packet): void {
    const sender = this.activeSender;
    // what an older ACK SACKs may still be news: ACKs overtake one another
    if (sender === null) this.idleSender!.onAck(p);
    else if (p.ack >= sender.una || (p.sackCount > 0 && p.ack >= sender.una - sender.maxWnd)) sender.onAck(p);
  }

  /**
   * After the application: the ACK then tells of the room that its reading made, so that a reader that keeps up offers the
   * same window in every ACK and duplicate ACKs are seen for what they are (RFC 5681 section 2).
   */
  private acknowledge(due: AckDue): void {
    if (this.ackedSince === true || this.isGone === true) return;
    if (due === AckDue.now) this.sendAck();
    else if (due === AckDue.delayed) this.delayAck();
  }

  private get isGone(): boolean {
    return this.state === State.closed;
  }

  /** Everything up to the peer's FIN has arrived (RFC 9293 section 3.10.7.4, eighth step). */
  private onRemoteFin(): void {
    this.remoteClosedTold = true;
    if (this.state === State.established) this.state = State.closeWait;
    else if (this.state === State.finWait1) this.state = State.closing;
    else if (this.state === State.finWait2) this.enterTimeWait();
    this.delegate.onRemoteClosed?.(this);
  }

  /** First step: sequence number and PAWS; trims nothing yet. */
  private isAcceptable(p: Packet): boolean {
    const stamped = this.timestampsOk && p.tsVal !== NO_OPTION;
    if (stamped && p.tsVal < this.tsRecent && (p.flags & Flag.rst) === 0) {
      // RFC 7323 section 5.3 R1
      this.sendAck();
      return false;
    }
    const length = p.length + (p.flags & Flag.fin ? 1 : 0);
    if (this.receiver.accepts(p.seq, length)) {
      // R3
      if (stamped && p.tsVal >= this.tsRecent && p.seq <= this.lastAckSent) this.tsRecent = p.tsVal;
      return true;
    }
    if (p.flags & Flag.rst) return false;
    this.onUnacceptable(p, length);
    return false;
  }

  /** An old or out-of-window segment: acknowledged at once; its ACK and its duplicate data still tell something. */
  private onUnacceptable(p: Packet, length: number): void {
    const { receiver } = this;
    if (p.length > 0 && p.seq + length <= receiver.nxt && this.state !== State.timeWait) {
      receiver.take(p.seq, p.seq + p.length);
    }
    if (this.state === State.timeWait && p.flags & Flag.fin) this.enterTimeWait();
    const acks = p.flags & Flag.ack && p.ack >= this.sndUna && p.ack <= this.sndNxt;
    this.sendAck();
    if (acks && (p.flags & Flag.syn) === 0) (this.activeSender ?? this.idleSender!).onAck(p);
  }

  private takeData(p: Packet): AckDue {
    const { receiver } = this;
    if (this.state !== State.established && this.state !== State.finWait1 && this.state !== State.finWait2) {
      return AckDue.now;
    }
    if (p.payload !== null) this.inbound = p.payload as StreamContent;
    const end = p.seq + p.length;
    const due = receiver.take(p.seq, end < receiver.edge ? end : receiver.edge);
    if (this.inbound !== null) this.inbound.watch?.received(this.inbound, p, receiver.nxt - 1);
    return this.ecn !== null && this.ecn.mustAckNow ? AckDue.now : due;
  }

  private onReset(p: Packet): void {
    // RFC 9293 section 3.10.7.4, second step (RFC 5961): only the exact sequence number resets
    if (p.seq !== this.receiver.nxt) this.sendAck();
    else if (this.state === State.timeWait) this.finish('finished');
    else this.finish(this.state === State.synReceived ? 'refused' : 'reset');
  }

  // --- Handshake outcome

  /** The handshake has told all that a sending half begins with; `first` is past what the SYN carried (RFC 7413). */
  beginSending(idle: IdleSender, first: number): void {
    if (first > 1) this.activeSender = this.activate(idle, first);
    else this.idleSender = idle;
  }

  protected override activate(idle: IdleSender, first = 1): Sender {
    const { ecn } = this;
    const cc = this.congestionControl(this);
    const sender = new Sender(this, cc, this.mss, idle, this.receiver.sackOk, ecn !== null, first);
    if (ecn !== null && cc.ect1 === true) ecn.ect = Ecn.ect1;
    if (this.state === State.closed) sender.stop();
    return sender;
  }

  /** Data that came with the peer's SYN. */
  takeSynText(syn: Packet): void {
    const { receiver } = this;
    const end = 1 + syn.length;
    if (syn.payload !== null) this.inbound = syn.payload as StreamContent;
    if (syn.length > 0) receiver.take(1, end < receiver.edge ? end : receiver.edge);
    if (syn.flags & Flag.fin && receiver.nxt === end) receiver.takeFin(end);
  }

  /** What came with a SYN-ACK concerns the application (RFC 9293 section 3.10.7.3, fourth step, to 3.10.7.4, sixth). */
  tellSynText(): void {
    if (this.receiver.readable > 0) this.delegate.onReadable?.(this);
    if (this.isRemoteClosed && this.state !== State.closed) this.onRemoteFin();
  }

  /** Enters ESTABLISHED (or what an early close made of it) and starts sending. */
  enterEstablished(): void {
    this.handshake = null;
    this.state = this.closing ? State.finWait1 : State.established;
    this.startKeepAlive();
    if (this.establishedAt >= 0) return;
    this.establishedAt = this.now;
    // what the SYN carried and the SYN-ACK acknowledged needs no sending
    const early = this.unsentEarly;
    this.early = 0;
    // before the application is told: it may close, and its FIN comes after these
    if (early > 0) this.sender!.write(early);
    if (this.closing) this.sender!.queueFin();
    this.stack.onEstablished(this);
    this.delegate.onEstablished?.(this);
  }

  /** Bytes written before the handshake was complete, less those acknowledged by it. */
  get unsentEarly(): number {
    return this.early - (this.sndUna - 1);
  }

  // --- SenderHost

  onWritable(): void {
    if (this.state !== State.closed) this.delegate.onWritable?.(this);
  }

  onFinAcked(): void {
    if (this.state === State.finWait1) {
      this.state = State.finWait2;
      if (this.detached) this.armState(this.now + this.config.finWait2Timeout);
    } else if (this.state === State.closing) this.enterTimeWait();
    else if (this.state === State.lastAck) this.finish('finished');
  }

  onGiveUp(): void {
    this.finish('timeout');
  }

  // --- Timers

  fire(kind: number): void {
    if (kind === TimerKind.retransmit) this.activeSender!.onTimer();
    else if (kind === TimerKind.delayedAck) {
      this.ackWaits = false;
      this.sendAck();
    } else if (kind === TimerKind.pacing) this.activeSender!.output();
    else this.onStateTimer();
    this.log?.settled();
  }

  /** The timer of the state: SYN retransmission, keep-alive, FIN-WAIT-2, TIME-WAIT. */
  armState(at: Nanos): void {
    this.timers.arm(TimerKind.state, at);
  }

  dropState(): void {
    this.dropTimer(TimerKind.state);
  }

  /** The peer's silence is counted from now on, if the configuration says so. */
  startKeepAlive(): void {
    this.keepAlive = this.config.keepAlive > 0 ? new KeepAlive(this) : null;
    if (this.keepAlive === null) this.dropState();
  }

  private onStateTimer(): void {
    if (this.state < State.established) this.handshake!.onTimer();
    else if (this.state === State.timeWait || (this.state === State.finWait2 && this.detached)) this.finish('finished');
    else this.keepAlive?.onTimer();
  }

  private enterTimeWait(): void {
    this.state = State.timeWait;
    this.timers.disarm(TimerKind.retransmit);
    this.armState(this.now + this.config.timeWait);
  }

  /** The connection is gone: timers, table entry; the application is told. */
  finish(reason: CloseReason): void {
    if (this.state === State.closed && this.stack.forget(this) === false) return;
    this.state = State.closed;
    this.activeSender?.stop();
    this.log?.closed(reason);
    this.releaseTimers();
    this.stack.forget(this);
    this.delegate.onClosed?.(this, reason);
  }
}
