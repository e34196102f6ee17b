import type { Packet } from '../../core/packet';
import { limit } from '../../core/params';
import { Drop, type Queue, type QueueHost } from '../queue';
import { type Buffer, bufferOf } from './buffer';
import { ClassClassifier, classes, type TrafficClass } from './classes';
import { defineQueue } from './define';
import { Fifo } from './fifo';

/** Serves a class only while every class before it is empty; within a class, first in, first out. */
export class StrictPriority implements Queue {
  packets = 0;
  bytes = 0;
  private readonly classifier: ClassClassifier;
  private readonly bands: readonly Fifo[];

  /** `buffer` is for each class. */
  constructor(host: QueueHost, trafficClasses: readonly TrafficClass[], buffer: Buffer) {
    this.classifier = new ClassClassifier(trafficClasses);
    this.bands = trafficClasses.map(() => new Fifo(host, buffer));
  }

  push(p: Packet): Drop {
    const verdict = this.bands[this.classifier.classify(p)]!.push(p);
    if (verdict === Drop.none) {
      this.packets++;
      this.bytes += p.size;
    }
    return verdict;
  }

  pop(): Packet | null {
    if (this.packets === 0) return null;
    for (let i = 0; i < this.bands.length; i++) {
      const p = this.bands[i]!.pop();
      if (p === null) continue;
      this.packets--;
      this.bytes -= p.size;
      return p;
    }
    return null;
  }
}

export const strictPriority = defineQueue({
  summary: 'serves a traffic class only while every class before it is empty',
  reference: 'Kleinrock 1976, head-of-line priority, non-preemptive',
  params: {
    classes: classes('traffic classes, highest priority first; the last takes the rest', [{ protocol: 'udp' }, {}]),
    limit: limit('buffer of each class', '100 packets'),
  },
  create: (params, host) => new StrictPriority(host, params.classes, bufferOf(params.limit, host)),
});
