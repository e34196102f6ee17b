import type { EventQueue, EventSource, Nanos } from '../core/event-queue';
import type { Address, Packet, PacketPool } from '../core/packet';
import type { Factory } from '../core/plugin';
import { CongestionDriver } from '../multistream/congestion-driver';
import { Pacer } from '../multistream/pacer';
import type { CongestionControl, FlowInfo } from '../tcp/cc/congestion-control';
import { RttEstimator } from '../tcp/rtt';
import { ConnectionTimers, TimerKind } from '../tcp/timers';
import type { CloseReason, SendingState, StreamDelegate } from '../transport/byte-stream';
import type { ConnectionLog } from '../transport/connection-log';
import type { QuicConfig } from './config';
import { Frame, type FrameStore, PacketType } from './frames';
import { Handshake } from './handshake';
import { type LossHost, LossDetection } from './loss-detection';
import { Packer, SMALLEST_MTU } from './packer';
import { Reader, SentFrames } from './reader';
import type { QuicStack } from './stack';
import { PacketSpace, Space } from './space';
import type { QuicStream } from './stream';
import { Due } from './stream-dues';
import { StreamTable } from './stream-table';

/** Most bytes that an endpoint may send to an address that has not answered, for each byte received (RFC 9000 section 8.1). */
const AMPLIFICATION = 3;
/** Packets that may leave at once after a rest (RFC 9002 section 7.7: the initial window). */
const BURST = 10;
/** Pacing faster than the window by this factor (RFC 9002 section 7.7). */
const PACING_GAIN = 1.25;

/** One end of a QUIC connection (RFC 9000): packets in and out, timers, its life; streams and loss are parts of their own. */
export class QuicConnection implements EventSource, FlowInfo, LossHost, SendingState {
  readonly events: EventQueue;
  readonly pool: PacketPool;
  readonly frames: FrameStore;
  readonly spaces: [PacketSpace | null, PacketSpace | null, PacketSpace | null];
  readonly probes: [number, number, number] = [0, 0, 0];
  readonly rtt: RttEstimator;
  readonly driver: CongestionDriver;
  readonly handshake: Handshake;
  readonly loss: LossDetection;
  readonly streams: StreamTable;
  /** Transport parameters of the peer; our own until it was heard. */
  peer: QuicConfig;
  readonly mss: number;
  readonly initialWindow: number;
  /** Connection IDs: what the peer puts into its packets, and what we put into ours; -1 = not known yet. */
  remoteId = -1;
  remoteAddress: Address;
  remotePort: number;
  establishedAt: Nanos = -1;
  isConfirmed = false;
  isClosed = false;
  hasOneRttKeys = false;
  handshakeDoneDue = false;
  /** Ack-eliciting packets sent, and those that carry lost data again. */
  segmentsSent = 0;
  retransmittedSegments = 0;
  private readonly log: ConnectionLog | null;
  private readonly timers: ConnectionTimers;
  private readonly packer = new Packer(this);
  private readonly reader = new Reader(this);
  private readonly sent = new SentFrames(this);
  private readonly pacer: Pacer;
  private bytesReceived = 0;
  private bytesSent = 0;
  private addressValidated: boolean;
  private busy = false;
  private closeCode = 0;
  private closingSoon = false;

  constructor(
    readonly stack: QuicStack,
    readonly isClient: boolean,
    /** The stack finds the connection by it. */
    readonly localId: number,
    readonly localPort: number,
    remote: { readonly address: Address; readonly port: number },
    readonly config: QuicConfig,
    congestionControl: Factory<FlowInfo, CongestionControl>,
    /** Accounting identity of its packets. */
    readonly flow: number,
    accept: ((stream: QuicStream) => StreamDelegate) | null,
  ) {
    this.events = stack.events;
    this.pool = stack.pool;
    this.frames = stack.frames;
    this.remoteAddress = remote.address;
    this.remotePort = remote.port;
    this.peer = config;
    this.mss = config.maxDatagramSize;
    this.initialWindow = config.initialWindow * this.mss;
    this.addressValidated = isClient;
    const rto = { initialRto: 3 * config.initialRtt, minRto: 0, maxRto: 60e9, rtoGranularity: config.granularity };
    this.rtt = new RttEstimator(rto);
    this.driver = new CongestionDriver(this.events, congestionControl(this), this.rtt, stack.sample);
    this.timers = new ConnectionTimers(this.events, this);
    this.pacer = new Pacer(this.events);
    this.spaces = [new PacketSpace(this.frames, stack.segments, this.driver.rate.samplesRate), null, null];
    this.handshake = new Handshake(this);
    this.loss = new LossDetection(this);
    this.streams = new StreamTable(this, accept);
    this.log = stack.logging.open(this);
  }

  get now(): Nanos {
    return this.events.now;
  }

  get random() {
    return this.stack.randomOf(this);
  }

  get cc(): CongestionControl {
    return this.driver.cc;
  }

  get inFlight(): number {
    let sum = 0;
    for (const space of this.spaces) if (space !== null) sum += space.inFlight;
    return sum;
  }

  /** Bytes that may be in flight; never below two datagrams (RFC 9002 section 7.2). */
  private get window(): number {
    const { cwnd } = this.driver.cc;
    return cwnd > 2 * this.mss ? cwnd : 2 * this.mss;
  }

  // --- Life

  connect(): void {
    this.handshake.start();
    // 0-RTT data leaves with the ClientHello, so the application must be heard first
    if (this.spaces[Space.application] === null) this.output();
    else this.soon();
  }

  /**
   * CONNECTION_CLOSE with `code`, 0 = no error. What still arrives is answered with it again for three PTOs (RFC 9000
   * section 10.2.1).
   */
  close(code: number, reason: CloseReason): void {
    if (this.isClosed) return;
    this.closeCode = code;
    this.sendClose();
    this.end(reason);
    this.timers.arm(TimerKind.state, this.now + 3 * this.loss.ptoOf(Space.application));
  }

  /** As `close` without error, after the call at hand, unless another stream was opened by then. */
  closeSoon(): void {
    this.closingSoon = true;
    this.soon();
  }

  /** The connection is gone, and not even remembered. */
  private finish(reason: CloseReason): void {
    if (!this.isClosed) this.end(reason);
    this.stack.forget(this);
  }

  private end(reason: CloseReason): void {
    this.isClosed = true;
    this.timers.release();
    for (const space of this.spaces) space?.discard();
    this.log?.closed(reason);
    this.streams.closeAll(reason);
  }

  private sendClose(): void {
    const i = this.spaces[2] !== null && this.hasOneRttKeys ? 2 : this.spaces[1] !== null ? 1 : 0;
    const p = this.newPacket();
    const words = p.sackRoom();
    const type = i === 2 ? PacketType.oneRtt : i === 1 ? PacketType.handshake : PacketType.initial;
    const content = [
      this.remoteId,
      this.localId,
      type,
      this.spaces[i]!.next,
      9,
      i === 0 ? SMALLEST_MTU : this.config.connectionIdLength + 24,
      Frame.connectionClose,
      this.closeCode,
      -1,
      -1,
    ];
    for (let k = 0; k < content.length; k++) words[k] = content[k]!;
    p.sackCount = (content.length + 1) >> 1;
    p.length = i === 0 ? SMALLEST_MTU : this.config.connectionIdLength + 24;
    p.size = p.length + 28;
    this.log?.sent(p);
    this.stack.send(p);
  }

  // --- HandshakeHost

  openSpace(space: Space): void {
    this.spaces[space] ??= new PacketSpace(this.frames, this.stack.segments, this.driver.rate.samplesRate);
  }

  onKeys(complete: boolean): void {
    this.openSpace(Space.application);
    if (complete || !this.isClient) this.hasOneRttKeys = true;
    this.streams.onPeerLimits(this.peer);
    const isEarly = this.isClient && !complete;
    if ((complete || isEarly) && this.establishedAt < 0) this.establishedAt = this.now;
    if (complete) this.streams.establish();
  }

  onFinished(): void {
    this.isConfirmed = true;
    this.addressValidated = true;
    this.handshakeDoneDue = true;
    this.discard(Space.handshake);
  }

  onHandshakeDone(): void {
    if (!this.isClient || this.isConfirmed) return;
    this.isConfirmed = true;
    this.discard(Space.handshake);
  }

  /** RFC 9001 section 4.9.1: Initial keys go when the server gets, or the client sends, its first Handshake packet. */
  onHandshakePacket(): void {
    if (this.isClient) return;
    this.addressValidated = true;
    this.discard(Space.initial);
  }

  private discard(space: Space): void {
    this.spaces[space]?.discard();
    this.spaces[space] = null;
    this.probes[space] = 0;
    this.loss.ptoCount = 0;
  }

  // --- Packets in

  /** A datagram has arrived. The stack owns it. */
  receive(p: Packet): void {
    if (this.isClosed) {
      this.sendClose();
      return;
    }
    this.bytesReceived += p.length;
    this.log?.received(p);
    const outbound = p.payload as QuicConnection;
    if (this.remoteId < 0) this.remoteId = p.sack[1]!;
    this.peer = outbound.config;
    // a NAT may have given the peer another address (RFC 9000 section 9)
    this.remoteAddress = p.src;
    this.remotePort = p.srcPort;
    this.busy = true;
    this.reader.read(p);
    this.busy = false;
    if (this.isClosed) return;
    this.output();
    this.log?.settled();
    if (this.isClosed) return;
    const application = this.spaces[Space.application];
    if (application && application.pendingAcks > 0 && !this.timers.isArmed(TimerKind.delayedAck)) {
      this.timers.arm(TimerKind.delayedAck, this.now + this.config.maxAckDelay);
    }
  }

  /** The space of a packet that can be read, or null. */
  spaceFor(type: number): PacketSpace | null {
    if (type === PacketType.initial) return this.spaces[Space.initial];
    if (type === PacketType.handshake) return this.handshake.canRead(Space.handshake) ? this.spaces[1] : null;
    if (type === PacketType.zeroRtt) return this.handshake.canReadEarly ? this.spaces[2] : null;
    return this.handshake.canRead(Space.application) ? this.spaces[2] : null;
  }

  onAckFrame(i: Space, words: readonly number[], at: number, ranges: number, delay: Nanos, ce: number): void {
    const space = this.spaces[i];
    if (space) this.loss.onAck(space, words, at, ranges, delay, ce);
  }

  onPeerClose(code: number): void {
    this.finish(code === 0 ? 'finished' : 'reset');
  }

  // --- LossHost

  onPacketAcked(space: PacketSpace, packet: number): void {
    const head = space.framesOf(packet);
    this.sent.acked(head, this.spaces.indexOf(space) as Space);
    this.frames.release(space.takeFrames(packet));
  }

  onPacketLost(space: PacketSpace, packet: number): void {
    this.log?.lost(packet, this.spaces.indexOf(space));
    this.sent.lost(space.framesOf(packet), this.spaces.indexOf(space) as Space);
    this.frames.release(space.takeFrames(packet));
  }

  get isBlockedByAmplification(): boolean {
    return this.amplificationRoom < SMALLEST_MTU;
  }

  get peerHasValidatedAddress(): boolean {
    return !this.isClient || this.isConfirmed || this.spaces[Space.initial] === null;
  }

  sendProbes(i: Space): void {
    const space = this.spaces[i];
    if (space === null) return;
    this.probes[i] = 1;
    // new data if there is any, else what has waited longest (RFC 9002 section 6.2.4)
    if (space.board.first !== space.board.next && !(i === Space.application && this.streams.hasFresh)) {
      this.sent.lost(space.framesOf(space.board.first), i);
    }
    this.output();
  }

  armLossTimer(at: Nanos): void {
    this.timers.arm(TimerKind.retransmit, at > this.now ? at : this.now);
  }

  disarmLossTimer(): void {
    this.timers.disarm(TimerKind.retransmit);
  }

  onGiveUp(): void {
    this.finish('timeout');
  }

  // --- Packets out

  /** Sends whatever window, pacing, flow control and the handshake allow. */
  output(): void {
    if (this.busy || this.isClosed) return;
    this.busy = true;
    while (!this.mustPace() && this.packer.send());
    this.busy = false;
    const blocked = this.hasDataFor(Space.application);
    if (!blocked && !this.timers.isArmed(TimerKind.pacing)) this.driver.markAppLimited(this.inFlight);
    if (!this.timers.isArmed(TimerKind.pacing)) this.driver.cwndLimited = blocked && !this.allows(this.mss);
    this.loss.setTimer();
  }

  private mustPace(): boolean {
    if (!this.pacer.mustWait || this.pacingRate === 0 || !this.hasDataFor(Space.application)) return false;
    const space = this.spaces[Space.application]!;
    if (space.ackNow || this.probes[Space.application] > 0 || this.inFlight >= this.window) return false;
    this.timers.arm(TimerKind.pacing, Math.ceil(this.pacer.releaseAt));
    return true;
  }

  private get pacingRate(): number {
    const { cc } = this.driver;
    if (cc.pacingRate > 0) return cc.pacingRate;
    if (!this.config.pacing || this.rtt.srtt === 0) return 0;
    return (PACING_GAIN * cc.cwnd * 8e9) / this.rtt.srtt;
  }

  allows(bytes: number): boolean {
    return this.inFlight + bytes <= this.window;
  }

  /** Bytes of the next datagram with data: less than `most` if there is less to send. */
  nextDatagram(most: number): number {
    return Math.min(most, this.streams.pendingBytes(most) + 40);
  }

  /** What may still be sent to an address that is not validated. */
  get amplificationRoom(): number {
    return this.addressValidated ? Infinity : AMPLIFICATION * this.bytesReceived - this.bytesSent;
  }

  /** Whether there are frames to be sent in `space` that elicit an ACK. */
  hasDataFor(i: Space): boolean {
    if (this.spaces[i] === null) return false;
    if (i !== Space.application) return this.handshake.send[i].isReady;
    return this.streams.hasData || (this.hasOneRttKeys && (this.handshakeDoneDue || this.streams.hasControl));
  }

  newPacket(): Packet {
    return this.stack.newPacket(this);
  }

  /** `space` has one more packet under way. */
  onPacketBuilt(space: PacketSpace, i: Space, bytes: number, head: number, data: boolean, again: boolean): void {
    const inFlight = this.inFlight;
    const n = space.append(bytes, head);
    if (bytes === 0) {
      if (n === space.board.first) space.sweep();
    } else {
      this.driver.onSend(space.board, n, bytes, inFlight);
      space.lastElicitingAt = this.now;
      if (this.probes[i] > 0) this.probes[i]--;
      if (data) this.segmentsSent++;
      if (again) this.retransmittedSegments++;
    }
    if (i === Space.handshake && this.isClient) this.discard(Space.initial);
  }

  transmit(p: Packet, eliciting: boolean): void {
    this.bytesSent += p.length;
    this.log?.sent(p);
    const rate = this.pacingRate;
    if (eliciting && rate > 0) this.pacer.onSend(p.length, rate, this.driver.cc.pacingRate > 0 ? 0 : BURST * this.mss);
    this.stack.send(p);
  }

  onAckSent(space: PacketSpace): void {
    if (space === this.spaces[Space.application]) this.timers.disarm(TimerKind.delayedAck);
  }

  /** A control frame of a stream was lost: it is sent again if it still says something. */
  onControlLost(type: number, id: number): void {
    const stream = this.streams.get(id);
    if (stream === undefined) return;
    if (type === Frame.maxStreamData) stream.due |= Due.maxStreamData;
    else stream.due |= type === Frame.resetStream ? Due.resetStream : Due.stopSending;
    this.streams.control(stream);
  }

  // --- Timers

  fire(kind: number): void {
    if (kind === TimerKind.retransmit) {
      this.loss.onTimer();
      this.output();
    } else if (kind === TimerKind.delayedAck) {
      const application = this.spaces[Space.application];
      if (application && application.pendingAcks > 0) application.ackNow = true;
      this.output();
    } else if (kind === TimerKind.pacing) {
      this.streams.establish();
      if (this.closingSoon && this.streams.size === 0) this.close(0, 'finished');
      this.closingSoon = false;
      this.output();
    } else this.finish('finished');
    this.log?.settled();
  }

  /** Streams that were opened on a connection that exists become usable at once, but not within the call. */
  soon(): void {
    this.timers.arm(TimerKind.pacing, this.now);
  }

  /** The idle timer runs while there is no stream (RFC 9000 section 10.1). */
  setIdle(idle: boolean): void {
    if (idle) this.timers.arm(TimerKind.state, this.now + this.config.idleTimeout);
    else this.timers.disarm(TimerKind.state);
  }
}
