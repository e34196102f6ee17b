import type { EventQueue, Nanos, Wakeup } from '../core/event-queue';
import type { Packet } from '../core/packet';

/** The link as a transmitter of its own sees it. */
export interface TransmitterPort {
  readonly events: EventQueue;
  /** The event that calls `Transmitter.fire`. */
  readonly departure: Wakeup;
  /** bit/s */
  readonly rate: number;
  /** The packet being transmitted, or null. */
  readonly inService: Packet | null;
  /** Packets waiting. */
  readonly queuedPackets: number;
  /** When the buffer can next give a packet although it just gave none; Infinity when only an arrival changes that. */
  readonly readyAt: Nanos;
  /** Puts the next packet of the buffer into service. Null if it gives none. */
  pull(): Packet | null;
  /** The packet in service has left. */
  launch(): void;
}

/** Serves the buffer of a link whose rate is not constant. */
export interface Transmitter {
  /** False if a packet that finds nothing in service has to wait all the same. */
  readonly isReady: boolean;
  /** Bytes that could have been sent since the beginning. */
  readonly capacity: number;
  /** A packet has come into the buffer. */
  wake(): void;
  /** The departure event. */
  fire(): void;
  /** From now on, also for what is left of the packet in service. bit/s */
  setRate(rate: number): void;
  /** Stops service, in the middle of a packet if need be, until `resume` has been called as often. */
  pause(): void;
  resume(): void;
}

/** A transmitter with a rate that can be changed and that can pause. */
export class RateTransmitter implements Transmitter {
  private nsPerByte: number;
  private pauses = 0;
  /** When the packet in service will have left; while paused, the time that it still needs. */
  private finish: Nanos = 0;
  /** The fraction of a nanosecond it is behind. */
  private residue = 0;
  private sendable = 0;
  private countedAt: Nanos = 0;

  constructor(private readonly port: TransmitterPort) {
    this.nsPerByte = 8e9 / port.rate;
  }

  get isReady(): boolean {
    return this.pauses === 0;
  }

  get capacity(): number {
    return this.pauses > 0 ? this.sendable : this.sendable + (this.port.events.now - this.countedAt) / this.nsPerByte;
  }

  wake(): void {
    if (this.pauses === 0 && this.port.inService === null) this.next(0);
  }

  fire(): void {
    if (this.port.inService === null) this.next(0);
    else {
      this.port.launch();
      this.next(this.residue);
    }
  }

  setRate(rate: number): void {
    this.count();
    const factor = 8e9 / rate / this.nsPerByte;
    this.nsPerByte = 8e9 / rate;
    if (this.port.inService === null) return;
    const { events, departure } = this.port;
    const start = this.pauses > 0 ? 0 : events.now;
    this.serve(start, (this.finish - start + this.residue) * factor);
    if (this.pauses === 0) events.armFirst(departure, this.finish);
  }

  pause(): void {
    this.count();
    if (this.pauses++ > 0) return;
    const { events, departure } = this.port;
    this.finish -= events.now;
    events.disarm(departure);
  }

  resume(): void {
    this.count();
    if (--this.pauses > 0) return;
    const { events, departure, inService } = this.port;
    this.finish += events.now;
    if (inService === null) this.next(0);
    else events.armFirst(departure, this.finish);
  }

  private next(residue: number): void {
    const { port } = this;
    const { events, departure } = port;
    const p = port.pull();
    if (p === null) {
      const { readyAt } = port;
      if (readyAt !== Infinity) events.armFirst(departure, Math.max(readyAt, events.now));
      return;
    }
    this.serve(events.now, p.size * this.nsPerByte + residue);
    events.armFirst(departure, this.finish);
  }

  private serve(start: Nanos, exact: number): void {
    const whole = Math.floor(exact);
    this.residue = exact - whole;
    this.finish = start + whole;
  }

  private count(): void {
    this.sendable = this.capacity;
    this.countedAt = this.port.events.now;
  }
}
