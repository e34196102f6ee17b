import type { EventQueue, EventSource, Nanos } from '../core/event-queue';
import type { Packet } from '../core/packet';
import type { Factory } from '../core/plugin';
import { Pacer } from '../multistream/pacer';
import type { CongestionControl, FlowInfo } from '../tcp/cc/congestion-control';
import { ConnectionTimers, TimerKind } from '../tcp/timers';
import type { Endpoint } from '../tcp/states';
import type { CloseReason, StreamDelegate } from '../transport/byte-stream';
import { Chunk, COMMON_HEADER, COOKIE_WORDS, END, IP_HEADER, nextChunk, REQUEST } from './chunks';
import type { SctpConfig } from './config';
import { Inbound } from './inbound';
import { Outbound, type OutboundHost } from './outbound';
import { Packer } from './packer';
import { Reconfiguration } from './reconfig';
import type { SctpStack } from './stack';
import type { SctpStream } from './stream';
import { StreamTable } from './stream-table';

/** RFC 9260 section 4. */
export const State = {
  closed: 0,
  cookieWait: 1,
  cookieEchoed: 2,
  established: 3,
  shutdownPending: 4,
  shutdownSent: 5,
  shutdownReceived: 6,
  shutdownAckSent: 7,
} as const;
export type State = (typeof State)[keyof typeof State];

/** One end of an association (RFC 9260): its states, packets in and out, timers. */
export class SctpAssociation implements EventSource, FlowInfo, OutboundHost {
  state: State = State.closed;
  readonly events: EventQueue;
  readonly outbound: Outbound;
  readonly inbound: Inbound;
  readonly streams: StreamTable;
  readonly reconfig: Reconfiguration;
  /** Verification tags (section 8.5): what we expect, and what the peer does; 0 = not known yet. */
  remoteTag = 0;
  establishedAt: Nanos = -1;
  /** The largest DATA chunk (PMDCS), and the initial window, bytes. */
  readonly mss: number;
  readonly initialWindow: number;
  private readonly timers: ConnectionTimers;
  readonly pacer: Pacer;
  private readonly packer = new Packer(this);
  private cookie: number[] = [];
  private initRetransmits = 0;
  private heartbeatSentAt: Nanos = -1;
  private shuttingSoon = false;
  private busy = false;
  /** The packet being read, for streams that its chunks open. */
  private packet: Packet | null = null;
  private readonly find = (id: number): SctpStream | null => this.streams.incoming(this.packet!, id);

  constructor(
    readonly stack: SctpStack,
    readonly isInitiator: boolean,
    readonly endpoint: Endpoint,
    readonly localTag: number,
    readonly config: SctpConfig,
    congestionControl: Factory<FlowInfo, CongestionControl>,
    /** Accounting identity of its packets. */
    readonly flow: number,
    accept: ((stream: SctpStream) => StreamDelegate) | null,
  ) {
    this.events = stack.events;
    this.mss = (config.pmtu - IP_HEADER - COMMON_HEADER) & ~3;
    this.initialWindow = config.initialWindow || Math.min(4 * this.mss, Math.max(2 * this.mss, 4404));
    this.timers = new ConnectionTimers(this.events, this);
    this.pacer = new Pacer(this.events);
    this.inbound = new Inbound(config);
    this.outbound = new Outbound(this, congestionControl(this), this.mss, stack.sample, stack.segments);
    this.streams = new StreamTable(this, accept);
    this.reconfig = new Reconfiguration(this);
  }

  get now(): Nanos {
    return this.events.now;
  }

  get random() {
    return this.stack.randomOf(this.endpoint);
  }

  // --- OutboundHost

  get nextStream(): SctpStream | null {
    return this.streams.next;
  }

  afterMessage(stream: SctpStream): void {
    this.streams.afterMessage(stream);
  }

  streamOf(id: number): SctpStream | undefined {
    return this.streams.get(id);
  }

  // --- Setup (section 5.1)

  connect(): void {
    this.state = State.cookieWait;
    this.sendInit();
  }

  private sendInit(): void {
    const { config } = this;
    this.stack.reply(this, [0, Chunk.init, this.localTag, config.receiveBuffer, config.streams, config.streams, END]);
    this.armState(this.outbound.rtt.rto);
  }

  private onInitAck(words: readonly number[], at: number): void {
    if (this.state !== State.cookieWait) return;
    this.remoteTag = words[at + 1]!;
    this.outbound.setPeerBuffer(words[at + 2]!);
    this.streams.limit = Math.min(this.config.streams, words[at + 4]!);
    this.cookie = words.slice(at + 5, at + 5 + COOKIE_WORDS);
    this.state = State.cookieEchoed;
    this.initRetransmits = 0;
    this.streams.assign();
    this.sendCookie();
  }

  /** DATA may go with it (section 5.1, step C). */
  private sendCookie(): void {
    this.control(Chunk.cookieEcho, ...this.cookie);
    this.armState(this.outbound.rtt.rto);
  }

  /** The passive end: the cookie came back. */
  onCookie(tag: number, rwnd: number, streams: number): void {
    this.remoteTag = tag;
    this.outbound.setPeerBuffer(rwnd);
    this.streams.limit = Math.min(this.config.streams, streams);
    this.establish();
    this.setIdle(true);
  }

  private establish(): void {
    this.state = State.established;
    this.establishedAt = this.now;
    this.setHeartbeat();
    this.streams.establish();
  }

  // --- What streams ask for

  onWrite(stream: SctpStream): void {
    if (stream.id < 0) return;
    if (stream.isReady) this.streams.ready(stream);
    else if (stream.isDrained && stream.current === 0) this.reconfig.want(stream);
    this.output();
  }

  onRead(bytes: number): void {
    if (!this.inbound.onRead(bytes)) return;
    this.inbound.sackNow = true;
    this.output();
  }

  /** Streams that were opened on an association that exists become usable at once, but not within the call. */
  soon(): void {
    this.timers.arm(TimerKind.pacing, this.now);
  }

  setIdle(idle: boolean): void {
    if (this.state !== State.established) return;
    if (idle) this.armState(this.config.idleTimeout);
    else this.setHeartbeat();
  }

  /** Section 9.2, after the call at hand, unless another stream was opened by then. */
  shutdownSoon(): void {
    this.shuttingSoon = true;
    this.soon();
  }

  private shutdown(): void {
    if (this.state !== State.established) return;
    this.state = State.shutdownPending;
    this.advanceShutdown();
  }

  /** Section 9.2: when nothing is outstanding, SHUTDOWN or its acknowledgement. */
  private advanceShutdown(): void {
    if (!this.outbound.isIdle || this.outbound.hasNew) return;
    if (this.state === State.shutdownPending) {
      this.state = State.shutdownSent;
      this.sendShutdown();
    } else if (this.state === State.shutdownReceived) {
      this.state = State.shutdownAckSent;
      this.sendShutdown();
    }
  }

  private sendShutdown(): void {
    if (this.state === State.shutdownSent) this.control(Chunk.shutdown, this.inbound.cumulative);
    else this.control(Chunk.shutdownAck);
    this.armState(this.outbound.rtt.rto);
  }

  /** ABORT (section 9.1), and everything is forgotten. */
  abort(reason: CloseReason): void {
    if (this.remoteTag !== 0) this.stack.reply(this, [this.remoteTag, Chunk.abort, 0, END]);
    this.finish(reason);
  }

  finish(reason: CloseReason): void {
    if (this.state === State.closed) return;
    this.state = State.closed;
    this.timers.release();
    this.stack.forget(this);
    this.streams.closeAll(reason);
  }

  // --- Packets in

  /** The stack owns `p`, whose verification tag is right. */
  receive(p: Packet): void {
    const words = p.sack;
    this.packet = p;
    this.busy = true;
    let hasData = false;
    for (let at = 1; words[at] !== END && this.state !== State.closed; at = nextChunk(words, at)) {
      if (words[at] === Chunk.data) {
        hasData = true;
        this.onData(p, words, at);
      } else this.onControl(words, at);
    }
    this.packet = null;
    this.busy = false;
    if (this.state === State.closed) return;
    if (hasData) {
      this.inbound.onPacket(this.now);
      this.packet = p;
      this.reconfig.onProgress(this.find);
      this.packet = null;
    }
    this.advanceShutdown();
    this.output();
  }

  private onData(p: Packet, words: readonly number[], at: number): void {
    const stream = this.inbound.take(words, at, this.find);
    if (stream === null) return;
    if (stream.inbound === null) {
      const sender = (p.payload as SctpAssociation).streams;
      if (sender.hasContent) stream.inbound = sender.get(stream.id)?.outbound ?? null;
    }
    stream.onReadable();
  }

  private onControl(words: readonly number[], at: number): void {
    switch (words[at]) {
      case Chunk.initAck:
        this.onInitAck(words, at);
        break;
      case Chunk.cookieEcho:
        this.control(Chunk.cookieAck);
        break;
      case Chunk.cookieAck:
        if (this.state === State.cookieEchoed) this.establish();
        break;
      case Chunk.sack:
        this.onSack(words, at);
        break;
      case Chunk.heartbeat:
        this.control(Chunk.heartbeatAck, words[at + 1]!);
        break;
      case Chunk.heartbeatAck:
        if (words[at + 1] !== this.heartbeatSentAt) break;
        this.outbound.onHeartbeatAck(this.now - this.heartbeatSentAt);
        this.heartbeatSentAt = -1;
        this.setHeartbeat();
        break;
      case Chunk.abort:
        this.finish(this.establishedAt < 0 ? 'refused' : 'reset');
        break;
      case Chunk.shutdown:
        if (this.state < State.established || this.state === State.shutdownAckSent) break;
        this.state = State.shutdownReceived;
        this.streams.onShutdown();
        break;
      case Chunk.shutdownAck:
        this.stack.reply(this, [this.remoteTag, Chunk.shutdownComplete, 0, END]);
        this.finish('finished');
        break;
      case Chunk.shutdownComplete:
        if (this.state === State.shutdownAckSent) this.finish('finished');
        break;
      case Chunk.reconfig:
        if (words[at + 1] === REQUEST) {
          const streams = words.slice(at + 5, at + 5 + words[at + 4]!);
          this.reconfig.onRequest(words[at + 2]!, words[at + 3]!, streams, this.find);
        } else this.reconfig.onResponse(words[at + 2]!, words[at + 3]!);
        break;
    }
  }

  private onSack(words: readonly number[], at: number): void {
    const { outbound } = this;
    if (!outbound.onSack(words, at)) return;
    outbound.tellStreams();
  }

  // --- Packets out

  /** Queues a control chunk. */
  control(...words: number[]): void {
    this.packer.control(words);
    if (!this.busy) this.output();
  }

  /** Sends what control chunks, acknowledgements and windows ask for (section 6.1). */
  output(): void {
    if (this.busy || this.state === State.closed || this.state === State.cookieWait) return;
    this.busy = true;
    for (let data = 0; data < this.config.maxBurst; data++) {
      if (this.state === State.cookieEchoed && !this.packer.hasControl) break;
      if (!this.packer.send()) break;
    }
    // what the last packet brought about: the end of a stream
    if (this.packer.hasControl) this.packer.send();
    this.busy = false;
    const { outbound } = this;
    const blocked = outbound.hasData;
    if (!blocked) outbound.driver.markAppLimited(outbound.inFlight);
    if (!this.timers.isArmed(TimerKind.pacing)) {
      outbound.driver.cwndLimited = blocked && outbound.inFlight >= outbound.cc.cwnd;
    }
    this.setTimers();
  }

  mustPace(): boolean {
    if (this.outbound.cc.pacingRate === 0 || !this.pacer.mustWait) return false;
    this.timers.arm(TimerKind.pacing, Math.ceil(this.pacer.releaseAt));
    return true;
  }

  // --- Timers

  private setTimers(): void {
    const { outbound, reconfig, inbound, timers } = this;
    let at = outbound.t3At;
    if (reconfig.retryAt > 0 && (at === 0 || reconfig.retryAt < at)) at = reconfig.retryAt;
    if (at === 0) timers.disarm(TimerKind.retransmit);
    else timers.arm(TimerKind.retransmit, Math.max(at, this.now));
    if (inbound.sackAt === 0) timers.disarm(TimerKind.delayedAck);
    else if (!timers.isArmed(TimerKind.delayedAck)) timers.arm(TimerKind.delayedAck, inbound.sackAt);
  }

  fire(kind: number): void {
    if (kind === TimerKind.retransmit) this.onRetransmitTimer();
    else if (kind === TimerKind.delayedAck) this.inbound.sackNow = true;
    else if (kind === TimerKind.pacing) {
      if (this.establishedAt >= 0) this.streams.establish();
      if (this.shuttingSoon && this.streams.size === 0) this.shutdown();
      this.shuttingSoon = false;
    } else this.onStateTimer();
    this.output();
  }

  private onRetransmitTimer(): void {
    const { outbound, reconfig, now } = this;
    if (outbound.t3At > 0 && outbound.t3At <= now) outbound.onTimeout();
    if (reconfig.retryAt > 0 && reconfig.retryAt <= now) reconfig.onTimeout();
    if (outbound.errors > this.config.maxRetransmits) this.abort('timeout');
  }

  private armState(after: Nanos): void {
    this.timers.arm(TimerKind.state, this.now + after);
  }

  private setHeartbeat(): void {
    const { heartbeat } = this.config;
    if (heartbeat > 0) this.armState(heartbeat + this.outbound.rtt.rto);
    else this.timers.disarm(TimerKind.state);
  }

  /** T1-init, T1-cookie, T2-shutdown, heartbeat, idle: one at a time, as the state has it. */
  private onStateTimer(): void {
    const { outbound, config } = this;
    if (this.state < State.established) {
      if (++this.initRetransmits > config.maxInitRetransmits) {
        this.finish('timeout');
        return;
      }
      outbound.rtt.backoffs++;
      if (this.state === State.cookieWait) this.sendInit();
      else {
        if (!outbound.isIdle) outbound.onTimeout();
        this.sendCookie();
      }
    } else if (this.state >= State.shutdownSent) {
      if (++outbound.errors > config.maxRetransmits) {
        this.finish('timeout');
        return;
      }
      outbound.rtt.backoffs++;
      this.sendShutdown();
    } else if (this.streams.size === 0 && !this.isInitiator) this.finish('finished');
    else this.beat();
  }

  /** Section 8.3: one HEARTBEAT for each interval without other traffic; an unanswered one is a failure. */
  private beat(): void {
    const { outbound } = this;
    if (this.heartbeatSentAt >= 0 && ++outbound.errors > this.config.maxRetransmits) {
      this.finish('timeout');
      return;
    }
    this.heartbeatSentAt = this.now;
    this.control(Chunk.heartbeat, this.now);
    this.setHeartbeat();
  }
}
