import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { Packet } from '../core/packet';
import type { RandomStream } from '../core/random';
import { UDP_OVERHEAD, type UdpSocket } from '../udp/socket';
import { RtcpInterval } from './rtcp-interval';
import type { ReportBlock } from './reception';
import { encodeRtcp } from './wire';

/** Bytes (RFC 3550 sections 6.4.1, 6.4.2, 6.5): headers, sender information, a report block, SDES with a 16-byte CNAME. */
const HEADER = 8;
const SENDER_INFO = 20;
const BLOCK = 24;
const SDES = 28;

/** A compound RTCP packet: SR or RR, and SDES. Times in units of 1/65536 s, as on the wire. */
export interface RtcpReport {
  /** Of a sender: when it sent this (the middle of the NTP timestamp). */
  readonly sentAt: number | null;
  readonly block: (ReportBlock & { readonly lastSr: number; readonly delaySinceLastSr: number }) | null;
}

/** One participant's RTCP: reports at random intervals, with timer reconsideration (RFC 3550 section 6.3). */
export class RtcpParticipant {
  readonly interval: RtcpInterval;
  private readonly timer: Timer;
  private previousAt: Nanos = 0;
  private lastSr = 0;
  private lastSrAt: Nanos = 0;
  private sent = 0;

  /**
   * `reception` makes the block of a receiver; null if nothing was received. `onReport` gets the block of the other one,
   * and the round-trip time where it tells.
   */
  constructor(
    private readonly events: EventQueue,
    bandwidth: number,
    /** Of the RTP timestamp, Hz. */
    private readonly clockRate: number,
    random: RandomStream,
    private readonly socket: () => UdpSocket,
    private readonly reception: () => ReportBlock | null,
    private readonly onReport: (block: ReportBlock, roundTrip: Nanos | null) => void,
  ) {
    this.interval = new RtcpInterval(bandwidth, random);
    this.timer = new Timer(events, () => this.onTimer());
  }

  /** The participant joins (section 6.3.2). */
  start(): void {
    this.previousAt = this.events.now;
    this.timer.arm(this.events.now + this.interval.draw());
  }

  stop(): void {
    this.timer.disarm();
  }

  /** The other participant was heard of for the first time, or again (section 6.3.3). */
  onPeer(senders: number): void {
    this.interval.members = 2;
    this.interval.senders = senders;
  }

  receive(p: Packet): void {
    const { sentAt, block } = p.payload as RtcpReport;
    const { now } = this.events;
    this.interval.onPacket(p.size);
    this.interval.members = 2;
    if (sentAt !== null) {
      this.lastSr = sentAt;
      this.lastSrAt = now;
    }
    if (block === null) return;
    // section 6.4.1: A - LSR - DLSR
    const roundTrip = block.lastSr === 0 ? null : ntp(now) - block.lastSr - block.delaySinceLastSr;
    this.onReport(block, roundTrip === null ? null : (roundTrip * 1e9) / 65536);
  }

  /** Timer reconsideration (section 6.3.6): the interval is drawn anew, and may turn out not to be over. */
  private onTimer(): void {
    const { now } = this.events;
    const at = this.previousAt + this.interval.draw();
    if (at > now) {
      this.timer.arm(at);
      return;
    }
    this.send();
    this.previousAt = now;
    this.interval.initial = false;
    this.timer.arm(now + this.interval.draw());
  }

  private send(): void {
    const socket = this.socket();
    if (!socket.hasPeer) return;
    const { now } = this.events;
    const { isSender } = this.interval;
    const block = this.reception();
    const length = HEADER + (isSender ? SENDER_INFO : 0) + (block === null ? 0 : BLOCK) + SDES;
    const p = socket.datagram(length, this.sent++);
    const since = this.lastSr === 0 ? 0 : ntp(now - this.lastSrAt);
    const report: RtcpReport = {
      sentAt: isSender ? ntp(now) : null,
      block: block === null ? null : { ...block, lastSr: this.lastSr, delaySinceLastSr: since },
    };
    p.payload = { ...report, encode: (of: Packet) => encodeRtcp(report, of, this.clockRate) };
    this.interval.onPacket(length + UDP_OVERHEAD);
    socket.send(p);
  }
}

/** A time in units of 1/65536 s. */
function ntp(time: Nanos): number {
  return Math.floor((time * 65536) / 1e9);
}
