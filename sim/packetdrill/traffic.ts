import type { Nanos } from '../core/event-queue';
import { Flag, type Packet } from '../core/packet';
import type { TcpSegment } from './script';
import { TcpSocket } from './socket';
import type { TcpConnection } from '../tcp/connection';
import type { Sender } from '../tcp/sender';

const MICROSECOND = 1e3;
const MILLISECOND = 1e6;

/** What a connection has sent and received, and what it was waiting for: the part of TCP_INFO that TCP itself need not know. */
export class Traffic {
  private segmentsOut = 0;
  private segmentsIn = 0;
  private dataSegmentsIn = 0;
  /** Counted from when the connection was established, if none has been seen since. */
  private lastDataSent: Nanos = 0;
  private lastDataReceived: Nanos = 0;
  private lastAckReceived: Nanos = 0;
  private establishedAt: Nanos = 0;
  private busy: Nanos = 0;
  private rwndLimited: Nanos = 0;
  private sndbufLimited: Nanos = 0;
  private watchedAt: Nanos = 0;
  private wasBusy = false;
  private wasLimited = false;
  private wasShortOfBuffer = false;

  onSent(p: Packet, now: Nanos): void {
    this.segmentsOut++;
    if (p.length > 0) this.lastDataSent = now;
  }

  onReceived(segment: TcpSegment, now: Nanos): void {
    this.segmentsIn++;
    if (segment.length > 0) {
      this.dataSegmentsIn++;
      this.lastDataReceived = now;
    }
    if (segment.flags & Flag.ack) this.lastAckReceived = now;
  }

  /** To be called whenever the connection may have changed: time until now counts for the state that was. */
  watch(connection: TcpConnection | null, now: Nanos): void {
    if (this.wasBusy) this.busy += now - this.watchedAt;
    if (this.wasLimited) this.rwndLimited += now - this.watchedAt;
    if (this.wasShortOfBuffer) this.sndbufLimited += now - this.watchedAt;
    this.watchedAt = now;
    const sender = connection?.sender ?? null;
    if (connection !== null && connection.establishedAt > 0) this.establishedAt = connection.establishedAt;
    this.wasBusy = sender !== null && sender.una < sender.end;
    this.wasLimited = sender !== null && isRwndLimited(sender);
    this.wasShortOfBuffer = sender !== null && sender.nxt === sender.end && isWaitingForRoom(connection);
  }

  private since(last: Nanos, now: Nanos): number {
    return Math.floor((now - Math.max(last, this.establishedAt)) / MILLISECOND);
  }

  /** The value of a tcpi_ name, or undefined. */
  info(name: string, now: Nanos): number | undefined {
    switch (name) {
      case 'tcpi_segs_out':
        return this.segmentsOut;
      case 'tcpi_segs_in':
        return this.segmentsIn;
      case 'tcpi_data_segs_in':
        return this.dataSegmentsIn;
      case 'tcpi_last_data_sent':
        return this.since(this.lastDataSent, now);
      case 'tcpi_last_data_recv':
        return this.since(this.lastDataReceived, now);
      case 'tcpi_last_ack_recv':
        return this.since(this.lastAckReceived, now);
      case 'tcpi_busy_time':
        return Math.floor(this.busy / MICROSECOND);
      case 'tcpi_rwnd_limited':
        return Math.floor(this.rwndLimited / MICROSECOND);
      case 'tcpi_sndbuf_limited':
        return Math.floor(this.sndbufLimited / MICROSECOND);
      default:
        return undefined;
    }
  }
}

/** Data waits and the peer's window has no room for it, though the congestion window has. */
function isRwndLimited(sender: Sender): boolean {
  const waiting = sender.end - sender.nxt;
  const segment = Math.min(waiting, sender.mss);
  if (waiting <= 0 || sender.una + sender.wnd - sender.nxt >= segment) return false;
  return sender.recovery.allows(sender.inFlight + segment);
}

/** The application has more than the send buffer takes. */
function isWaitingForRoom(connection: TcpConnection | null): boolean {
  const socket = connection?.delegate;
  return socket instanceof TcpSocket && socket.wantsRoom;
}
