import type { EventQueue, EventSource } from '../core/event-queue';
import { type Address, Flag, type Packet, Protocol } from '../core/packet';
import type { ConnectionLog } from '../transport/connection-log';
import type { TcpConfig } from './config';
import type { EcnState } from './ecn';
import { IP_HEADER, sackLength, TCP_HEADER, TIMESTAMPS_LENGTH } from './segment';
import type { TcpStack } from './stack';
import type { Endpoint } from './states';
import { TcpStream } from './stream';
import { ConnectionTimers, TimerKind } from './timers';

/** The segments that a connection sends: their headers (RFC 9293 section 3.1) and what each of them acknowledges. */
export abstract class TcpOutput extends TcpStream implements EventSource, Endpoint {
  readonly localAddress: Address;
  readonly localPort: number;
  readonly remoteAddress: Address;
  readonly remotePort: number;
  readonly events: EventQueue;
  abstract readonly log: ConnectionLog | null;
  /** Null unless both ends have agreed to it. */
  ecn: EcnState | null = null;
  /** Timestamps negotiated. */
  timestampsOk = false;
  /** TS.Recent (RFC 7323 section 4.3); Last.ACK.sent. */
  tsRecent = 0;
  protected lastAckSent = 0;
  /** An ACK left while the segment at hand was processed. */
  protected ackedSince = false;
  /** The delayed-ACK timer is armed. */
  protected ackWaits = false;
  /** Null while there is none: an idle connection needs no timer. */
  private ownTimers: ConnectionTimers | null = null;

  constructor(
    readonly stack: TcpStack,
    endpoint: Endpoint,
    config: TcpConfig,
  ) {
    super(config);
    this.localAddress = endpoint.localAddress;
    this.localPort = endpoint.localPort;
    this.remoteAddress = endpoint.remoteAddress;
    this.remotePort = endpoint.remotePort;
    this.events = stack.events;
  }

  get timers(): ConnectionTimers {
    return (this.ownTimers ??= new ConnectionTimers(this.events, this));
  }

  protected dropTimer(kind: TimerKind): void {
    this.ownTimers?.drop(kind);
    if (this.ownTimers?.isEmpty === true) this.ownTimers = null;
  }

  /** Drops all timers. */
  protected releaseTimers(): void {
    this.ownTimers?.release();
    this.ownTimers = null;
  }

  abstract fire(kind: number): void;

  transmit(flags: number, seq: number, length: number, retransmission: boolean): void {
    const p = this.segment(flags, seq, length);
    if (this.ecn !== null) this.ecn.onTransmit(p, length > 0 && !retransmission);
    if (this.outbound !== null && length > 0) {
      p.payload = this.outbound;
      this.outbound.watch?.sent(this.outbound, p);
    }
    this.emit(p);
  }

  transmitProbe(): void {
    this.emit(this.segment(Flag.ack, this.sndUna - 1, 0));
  }

  /** A segment ready to be emitted, acknowledging what has arrived. */
  segment(flags: number, seq: number, length: number): Packet {
    const { receiver } = this;
    const p = this.stack.pool.take();
    p.src = this.localAddress;
    p.dst = this.remoteAddress;
    p.srcPort = this.localPort;
    p.dstPort = this.remotePort;
    p.protocol = Protocol.tcp;
    p.flow = this.flow;
    p.flags = flags;
    p.seq = seq;
    p.length = length;
    p.ack = receiver.nxt;
    p.window = receiver.offerWindow();
    let size = IP_HEADER + TCP_HEADER + length;
    if (this.timestampsOk === true) {
      p.tsVal = Math.floor(this.events.now / 1e6);
      p.tsEcr = this.tsRecent;
      size += TIMESTAMPS_LENGTH;
    }
    if (receiver.hasSack === true && (flags & Flag.rst) === 0) {
      p.sackCount = receiver.fillSack(p.sackRoom());
      size += sackLength(p.sackCount);
    }
    p.size = size;
    return p;
  }

  /** Sends `p`, whose options are all there; it acknowledges everything received so far. */
  emit(p: Packet): void {
    if ((p.flags & Flag.ack) !== 0) {
      this.lastAckSent = p.ack;
      this.receiver.onAckSent();
      this.ackedSince = true;
      if (this.ackWaits === true) {
        this.ackWaits = false;
        this.timers.disarm(TimerKind.delayedAck);
      }
      if (this.ecn !== null) this.ecn.onAckSent(p);
    }
    if (this.log !== null) this.log.sent(p);
    this.stack.send(p);
  }

  sendAck(): void {
    this.emit(this.segment(Flag.ack, this.sndNxt, 0));
  }

  protected delayAck(): void {
    if (this.ackWaits === true) return;
    this.ackWaits = true;
    this.events.arm(this.timers.of(TimerKind.delayedAck), this.events.now + this.config.delayedAckTimeout);
  }
}
