import type { Nanos } from '../core/event-queue';
import { duration, number } from '../core/params';
import type { Packet } from '../core/packet';
import type { ParamsOf } from '../core/plugin';
import { Reception, type ReportBlock } from '../rtp/reception';
import { RtcpParticipant } from '../rtp/rtcp';
import { RtpWire } from '../rtp/wire';
import { stampOf, UDP_OVERHEAD } from '../udp/socket';
import type { AppHost, AppMetric, UdpPair } from './app';
import { DatagramMeter } from './datagram-meter';
import { Durations, Samples } from './samples';

/** RFC 3550 section 5.1, without contributing sources or extension. */
export const RTP_HEADER = 12;

export const rtpParams = {
  playout: duration('a frame must be there this long after it was taken, or it is missed', '150 ms'),
  rtcp: number('RTCP bandwidth as a part of the session bandwidth', 0.05, 0.001, 1),
};

/** Payload type and clock rate, Hz, as captures show them (RFC 3551 section 6). */
export interface MediaFormat {
  readonly payloadType: number;
  readonly clockRate: number;
}

/** Frames remembered: more than any playout delay holds. */
const FRAMES = 4096;

/** One RTP media stream from the client to the server with the RTCP of both (RFC 3550), and how well it can be played. */
export class RtpStream {
  received = 0;
  /** Number of the next frame. */
  frame = 0;
  private seq = 0;
  /** Packets of the frame that was begun last. */
  private unsent = 0;
  private framesSent = 0;
  private framesOnTime = 0;
  private readonly takenAt = new Float64Array(FRAMES);
  private readonly arrived = new Uint16Array(FRAMES);
  private readonly size = new Uint16Array(FRAMES);
  private readonly meter: DatagramMeter;
  private readonly reception = new Reception();
  private readonly media: UdpPair;
  private readonly control: UdpPair;
  private readonly wire: RtpWire;
  private readonly sender: RtcpParticipant;
  private readonly receiver: RtcpParticipant;
  private readonly roundTrips = new Durations();
  private readonly reportedLoss = new Samples('', 256);
  private readonly reportedJitter = new Durations();

  /** `rate` is that of the payload, bit/s, `packets` of it per second: together the session bandwidth. */
  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof rtpParams>,
    rate: number,
    packets: number,
    media: MediaFormat,
  ) {
    const { events, random } = host;
    this.wire = new RtpWire(media.payloadType, media.clockRate, (p) => this.takenAt[p.ack & (FRAMES - 1)]!);
    this.meter = new DatagramMeter(host.warmup);
    this.media = host.bind({ onDatagram: ignore }, { onDatagram: (p) => this.onMedia(p) });
    this.control = host.bind(
      { onDatagram: (p) => this.sender.receive(p) },
      { onDatagram: (p) => this.receiver.receive(p) },
    );
    const bandwidth = params.rtcp * (rate / 8 + packets * (RTP_HEADER + UDP_OVERHEAD));
    this.sender = new RtcpParticipant(
      events,
      bandwidth,
      media.clockRate,
      random,
      () => this.control.client,
      () => null,
      (block, roundTrip) => this.onReport(block, roundTrip),
    );
    this.sender.interval.isSender = true;
    this.sender.interval.senders = 1;
    this.receiver = new RtcpParticipant(
      events,
      bandwidth,
      media.clockRate,
      random,
      () => this.control.server,
      () => (this.reception.heard ? this.reception.report() : null),
      ignore,
    );
  }

  start(): void {
    this.sender.start();
    this.receiver.start();
  }

  stop(): void {
    this.sender.stop();
    this.receiver.stop();
  }

  /** The next frame is taken now and will be sent in this many packets. */
  beginFrame(packets: number): void {
    const { now } = this.host.events;
    const slot = this.frame & (FRAMES - 1);
    this.takenAt[slot] = now;
    this.arrived[slot] = 0;
    this.size[slot] = packets;
    this.unsent = packets;
    this.frame++;
    if (now >= this.host.warmup) this.framesSent++;
  }

  /** Sends a packet of the frame that was begun last. */
  send(payload: number): void {
    const { client } = this.media;
    const seq = this.seq++;
    this.meter.onSent(seq, this.host.events.now);
    const p = client.datagram(RTP_HEADER + payload, seq);
    p.ack = this.frame - 1;
    p.payload = this.wire;
    // the marker bit: the last packet of a frame (RFC 3551 section 5)
    if (--this.unsent === 0) p.flags = 1;
    client.send(p);
  }

  metrics(): AppMetric[] {
    const { due, onTime } = this.judged();
    return [
      ...this.meter.metrics(),
      { metric: 'framesSent', unit: '', value: this.framesSent },
      { metric: 'deadlineMisses', unit: '', value: due === 0 ? 0 : 1 - onTime / due },
      { metric: 'rtcpReports', unit: '', value: this.reportedLoss.count },
      ...this.reportedLoss.metrics('reportedLoss').slice(0, 1),
      ...this.reportedJitter.metrics('reportedJitter').slice(0, 1),
      ...this.roundTrips.metrics('rtt'),
    ];
  }

  /** Frames whose time has come, and those of them that were complete by then. */
  private judged(): { due: number; onTime: number } {
    let due = this.framesSent;
    let onTime = this.framesOnTime;
    for (let frame = this.frame - 1; frame >= 0 && due > 0; frame--) {
      const slot = frame & (FRAMES - 1);
      if (this.takenAt[slot]! + this.params.playout <= this.host.events.now || this.frame - frame >= FRAMES) break;
      due--;
      if (this.arrived[slot] === this.size[slot]) onTime--;
    }
    return { due, onTime };
  }

  private onMedia(p: Packet): void {
    const { now } = this.host.events;
    if (!this.meter.onArrival(p.seq, stampOf(p), now)) return;
    this.received += p.length - RTP_HEADER;
    const frame = p.ack;
    if (this.frame - frame > FRAMES) return;
    const slot = frame & (FRAMES - 1);
    const takenAt = this.takenAt[slot]!;
    if (!this.reception.heard) this.receiver.onPeer(1);
    this.reception.onPacket(p.seq, takenAt, now);
    if (now > takenAt + this.params.playout) return;
    if (++this.arrived[slot]! === this.size[slot] && takenAt >= this.host.warmup) this.framesOnTime++;
  }

  private onReport(block: ReportBlock, roundTrip: Nanos | null): void {
    if (this.host.events.now < this.host.warmup) return;
    this.reportedLoss.add(block.fractionLost);
    this.reportedJitter.add(block.jitter);
    if (roundTrip !== null) this.roundTrips.add(roundTrip);
  }
}

function ignore(): void {
  // the client gets no media, the server no reports on media of its own
}
