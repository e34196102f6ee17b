import type { Nanos } from '../../core/event-queue';
import type { Transmitter, TransmitterPort } from '../transmitter';

const MS = 1e6;

/**
 * Sends at the delivery opportunities of a trace, as Mahimahi's mm-link does: an opportunity carries so many bytes of the
 * packets that wait, a packet may need several, and what is not used is lost.
 */
export class TraceTransmitter implements Transmitter {
  readonly isReady = false;
  private readonly period: Nanos;
  // The first opportunity not yet used or missed.
  private lap = 0;
  private index = 0;
  /** Bytes of the packet in service not yet sent. */
  private left = 0;
  private pauses = 0;

  /** `times` in ms do not descend, the last is above 0; `bytes` per opportunity. */
  constructor(
    private readonly port: TransmitterPort,
    private readonly times: readonly number[],
    private readonly bytes: number,
  ) {
    this.period = times[times.length - 1]! * MS;
  }

  /** Pauses are not left out. */
  get capacity(): number {
    const { now } = this.port.events;
    const laps = Math.floor(now / this.period);
    return (laps * this.times.length + this.countUpTo(now - laps * this.period)) * this.bytes;
  }

  wake(): void {
    const { events, departure } = this.port;
    if (this.pauses > 0 || departure.isArmed) return;
    this.skip();
    events.armFirst(departure, this.due);
  }

  fire(): void {
    const { events } = this.port;
    while (this.due <= events.now) {
      this.use();
      this.step();
    }
    if (this.port.inService !== null || this.port.queuedPackets > 0) events.armFirst(this.port.departure, this.due);
  }

  setRate(): void {
    throw new Error('the rate of a trace cannot be set');
  }

  pause(): void {
    if (this.pauses++ === 0) this.port.events.disarm(this.port.departure);
  }

  resume(): void {
    if (--this.pauses === 0) this.wake();
  }

  private get due(): Nanos {
    return this.lap * this.period + this.times[this.index]! * MS;
  }

  private use(): void {
    const { port } = this;
    let room = this.bytes;
    while (room > 0) {
      if (port.inService === null) {
        const p = port.pull();
        if (p === null) return;
        this.left = p.size;
      }
      const sent = Math.min(room, this.left);
      this.left -= sent;
      room -= sent;
      if (this.left === 0) port.launch();
    }
  }

  private step(): void {
    if (++this.index < this.times.length) return;
    this.index = 0;
    this.lap++;
  }

  /** Leaves out the opportunities that are past: one of this very instant comes before the packets that arrive in it. */
  private skip(): void {
    const { now } = this.port.events;
    const lap = Math.floor(now / this.period);
    if (lap > this.lap) {
      this.lap = lap;
      this.index = 0;
    }
    while (this.due <= now) this.step();
  }

  private countUpTo(time: Nanos): number {
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[middle]! * MS <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
