import type { Nanos } from '../../core/event-queue';
import type { Packet } from '../../core/packet';
import { duration, flag, limit } from '../../core/params';
import { Drop, type QueueHost } from '../queue';
import { type Buffer, bufferOf } from './buffer';
import { defineQueue } from './define';
import { markCe } from './ecn';
import { Fifo } from './fifo';
import type { FlowQueue } from './flow-queues';

/** Parameters of the control law, nanoseconds. */
export interface CoDelSettings {
  readonly target: Nanos;
  readonly interval: Nanos;
  readonly ecn: boolean;
  /** Above this sojourn time every ECN-capable packet is marked (RFC 8290 section 5.2.7); 0 = never. */
  readonly ceThreshold: Nanos;
}

/** The parameters of CoDel, for every discipline that contains it. */
export const codelParams = {
  target: duration('acceptable standing queue delay (TARGET)', '5 ms'),
  interval: duration('time in which the delay must have been below the target (INTERVAL)', '100 ms'),
  ecn: flag('mark ECN-capable packets instead of dropping them', true),
  ceThreshold: duration('mark every ECN-capable packet that waited longer; 0 ms = off (CE_THRESHOLD)', '0 ms'),
};

/** CoDel's control law on whatever FIFO it is given (RFC 8289 section 5); names as in its pseudo-code. */
export class CoDel {
  /** In the dropping state. */
  dropping = false;
  /** Drops, or marks, since the dropping state was entered. */
  count = 0;
  private firstAboveTime: Nanos = 0;
  private dropNext: Nanos = 0;
  private lastCount = 0;
  private okToDrop = false;
  private sojourn: Nanos = 0;

  constructor(
    private readonly host: QueueHost,
    private readonly settings: CoDelSettings,
  ) {}

  /** The next packet to send from `fifo`, after dropping or marking what the control law asks for. */
  pop(fifo: Fifo): Packet | null {
    const { host } = this;
    let p = this.take(fifo);
    if (this.dropping) {
      if (!this.okToDrop) this.dropping = false;
      while (this.dropping && host.now >= this.dropNext) {
        this.count++;
        if (this.marks(p!)) {
          this.dropNext = this.controlLaw(this.dropNext);
          break;
        }
        host.drop(p!, Drop.aqm);
        p = this.take(fifo);
        if (this.okToDrop) this.dropNext = this.controlLaw(this.dropNext);
        else this.dropping = false;
      }
    } else if (this.okToDrop) {
      if (!this.marks(p!)) {
        host.drop(p!, Drop.aqm);
        p = this.take(fifo);
      }
      this.dropping = true;
      // Close to the last episode, its final drop rate is a better start than one drop per interval.
      const delta = this.count - this.lastCount;
      const recent = host.now - this.dropNext < 16 * this.settings.interval;
      this.count = delta > 1 && recent ? delta : 1;
      this.lastCount = this.count;
      this.dropNext = this.controlLaw(host.now);
    }
    const { ceThreshold } = this.settings;
    if (p !== null && ceThreshold > 0 && this.sojourn > ceThreshold) markCe(p, host);
    return p;
  }

  /** The head of `fifo`, and whether its sojourn time has been above target for an interval (`dodequeue`). */
  private take(fifo: Fifo): Packet | null {
    const { now } = this.host;
    this.sojourn = now - fifo.headArrival;
    const p = fifo.pop();
    this.okToDrop = false;
    if (p === null || this.sojourn < this.settings.target || fifo.bytes <= this.host.mtu) {
      this.firstAboveTime = 0;
    } else if (this.firstAboveTime === 0) {
      this.firstAboveTime = now + this.settings.interval;
    } else {
      this.okToDrop = now >= this.firstAboveTime;
    }
    return p;
  }

  private marks(p: Packet): boolean {
    return this.settings.ecn && markCe(p, this.host);
  }

  private controlLaw(t: Nanos): Nanos {
    return t + Math.round(this.settings.interval / Math.sqrt(this.count));
  }
}

/** A FIFO under CoDel. */
export class CoDelQueue implements FlowQueue {
  private readonly fifo: Fifo;
  private readonly codel: CoDel;

  constructor(host: QueueHost, settings: CoDelSettings, buffer: Buffer) {
    this.fifo = new Fifo(host, buffer);
    this.codel = new CoDel(host, settings);
  }

  get packets(): number {
    return this.fifo.packets;
  }

  get bytes(): number {
    return this.fifo.bytes;
  }

  push(p: Packet): Drop {
    return this.fifo.push(p);
  }

  pop(): Packet | null {
    return this.codel.pop(this.fifo);
  }

  shed(): Packet | null {
    return this.fifo.pop();
  }
}

export const codel = defineQueue({
  summary: 'controlled delay: drops at the head while the smallest delay of an interval exceeds a target',
  reference: 'RFC 8289',
  params: { ...codelParams, limit: limit('buffer behind the control law', '1000 packets') },
  create: (params, host) => new CoDelQueue(host, params, bufferOf(params.limit, host)),
});
