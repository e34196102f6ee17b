import type { Packet } from '../core/packet';
import { stampOf, type UdpSocket } from '../udp/socket';
import type { AppHost, AppMetric } from './app';
import { DatagramMeter } from './datagram-meter';

/** Numbered datagrams from the client to the server of a session, and what the server measures of them. */
export class DatagramStream {
  /** Bytes of payload that arrived, each datagram once. */
  received = 0;
  /** The number of the next datagram. */
  next = 0;
  private readonly meter: DatagramMeter;
  private readonly socket: UdpSocket;

  constructor(private readonly host: AppHost) {
    this.meter = new DatagramMeter(host.warmup);
    this.socket = host.bind({ onDatagram: ignore }, { onDatagram: (p) => this.onDatagram(p) }).client;
  }

  /** Sends `bytes` of payload. */
  send(bytes: number): void {
    const seq = this.next++;
    this.meter.onSent(seq, this.host.events.now);
    this.socket.send(this.socket.datagram(bytes, seq));
  }

  metrics(): AppMetric[] {
    return this.meter.metrics();
  }

  private onDatagram(p: Packet): void {
    if (this.meter.onArrival(p.seq, stampOf(p), this.host.events.now)) this.received += p.length;
  }
}

function ignore(): void {
  // the server of a one-way stream does not answer
}
