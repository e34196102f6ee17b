import type { Nanos } from '../core/event-queue';
import type { Packet } from '../core/packet';
import type { RandomStream } from '../core/random';
import type { Link } from './link';
import type { Drop, QueueHost } from './queue';
import type { Simulation } from './simulation';

const MTU = 1500;

/** A link as its queue discipline sees it. */
export class LinkQueueHost implements QueueHost {
  readonly mtu = MTU;
  private stream: RandomStream | null = null;

  constructor(
    private readonly link: Link,
    private readonly simulation: Simulation,
    readonly bdp: number,
  ) {}

  /** Made when asked for: most disciplines leave nothing to chance. */
  get random(): RandomStream {
    return (this.stream ??= this.simulation.random.stream(`link:${this.link.name}/queue`));
  }

  get now(): Nanos {
    return this.simulation.events.now;
  }

  get rate(): number {
    return this.link.rate;
  }

  drop(p: Packet, reason: Drop): void {
    this.link.discard(p, reason);
  }

  marked(): void {
    this.link.markedPackets++;
  }
}
