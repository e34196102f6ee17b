import type { TcpConnection } from '../tcp/connection';
import type { Sender } from '../tcp/sender';
import type { Settings } from './settings';

/** Smallest buffer that SO_SNDBUF sets in Linux, bytes. */
const SMALLEST = 4608;
/** Most that Linux puts into one of its buffers before segmentation, bytes. */
const LARGEST_CHUNK = 65215;
const MSS_BY_DEFAULT = 536;
/** What Linux reckons for a segment beside its payload, before and after rounding up to a power of two, bytes. */
const OVERHEAD = 640;
const DESCRIPTOR = 256;

/**
 * The send buffer of a socket. Linux takes a chunk whenever the bytes queued are fewer than the buffer's size, so that what is
 * queued overshoots it, lets the buffer grow with the congestion window, and wakes a writer when a third is free. FreeBSD takes
 * bytes up to the size. Payload alone counts.
 */
export class SendBuffer {
  size: number;
  /** TCP_NOTSENT_LOWAT, or Infinity: no more than this, and a chunk, waits to be sent. */
  notSentLowWater: number;
  private fixed = false;
  /** Payload of the last chunk. */
  private last = 0;

  constructor(private readonly settings: Settings) {
    this.size = settings.sendBuffer;
    this.notSentLowWater = settings.notSentLowWater;
  }

  /** The buffer of a socket that a listener with this one accepts. */
  inherit(): SendBuffer {
    const buffer = new SendBuffer(this.settings);
    Object.assign(buffer, { size: this.size, fixed: this.fixed, notSentLowWater: this.notSentLowWater });
    return buffer;
  }

  /** SO_SNDBUF: Linux doubles it for what it allocates beside the payload. */
  setSize(asked: number): void {
    this.size = this.settings.isFreeBsd ? asked : Math.max(2 * asked, SMALLEST);
    this.fixed = true;
  }

  /** Queues up to `bytes`. Returns how many. */
  write(connection: TcpConnection, bytes: number): number {
    const { sender } = connection;
    if (sender === null) return 0;
    if (sender.segmentsSent === 0) this.grow(sender);
    let written = 0;
    while (written < bytes) {
      const room = this.room(sender);
      if (room <= 0) break;
      const part = Math.min(room, bytes - written);
      written += part;
      connection.writeAll(part);
    }
    return written;
  }

  /** How much the next call would take at once; what is to be sent leaves after each. */
  private room(sender: Sender): number {
    if (this.settings.isFreeBsd) return this.size - sender.unacknowledged;
    const chunk = chunkSize(sender);
    const unsent = sender.end - sender.nxt;
    const open = Math.min(this.last, unsent);
    if (open > 0 && open < chunk) {
      this.last = chunk;
      return chunk - open;
    }
    if (sender.unacknowledged >= this.size || unsent >= this.notSentLowWater) return 0;
    this.last = chunk;
    return chunk;
  }

  /** At first, and after a write that found no room: the buffer grows to twice the window. */
  grow(sender: Sender): void {
    const window = Math.floor(sender.cc.cwnd / sender.mss);
    if (this.fixed || this.settings.isFreeBsd) return;
    const wanted = 2 * (powerOfTwo(sender.mss + OVERHEAD) + DESCRIPTOR) * Math.max(this.settings.initialWindow, window);
    this.size = Math.max(this.size, Math.min(wanted, this.settings.sendBufferMax));
  }

  /** poll() reports room. */
  isWritable(sender: Sender): boolean {
    if (this.settings.isFreeBsd) return sender.unacknowledged < this.size;
    return this.hasFree(sender) && sender.end - sender.nxt < this.notSentLowWater;
  }

  /** An ACK is reason enough to wake who waits for room. */
  wakes(sender: Sender): boolean {
    return this.isWritable(sender) && 2 * (sender.end - sender.nxt) < this.notSentLowWater;
  }

  private hasFree(sender: Sender): boolean {
    const queued = sender.unacknowledged;
    return this.size - queued >= queued / 2;
  }
}

/** Whole segments, no more than half the greatest window of the peer. */
function chunkSize({ maxWnd, mss }: Sender): number {
  const half = maxWnd > MSS_BY_DEFAULT ? maxWnd / 2 : LARGEST_CHUNK;
  return mss * Math.max(1, Math.floor(Math.min(half, LARGEST_CHUNK) / mss));
}

function powerOfTwo(least: number): number {
  let power = 1;
  while (power < least) power *= 2;
  return power;
}
