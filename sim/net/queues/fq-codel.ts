import type { Packet } from '../../core/packet';
import { integer, limit } from '../../core/params';
import type { QueueHost } from '../queue';
import { type Buffer, bufferOf, UNBOUNDED } from './buffer';
import { type Classifier, classifierOf, classifierParams } from './classifier';
import { codelParams, CoDelQueue } from './codel';
import { defineQueue } from './define';
import { type Flow, FlowList, type FlowQueue, FlowQueues } from './flow-queues';

/**
 * The scheduler of RFC 8290 section 4.2: deficit round robin in bytes, where a flow that just became backlogged is
 * served before those that stayed so. `make` gives each flow its queue management.
 */
export class SparseFirst extends FlowQueues<FlowQueue> {
  private readonly fresh = new FlowList();
  private readonly old = new FlowList();

  constructor(
    host: QueueHost,
    classifier: Classifier,
    buffer: Buffer,
    batch: number,
    private readonly quantum: number,
    private readonly make: () => FlowQueue,
  ) {
    super(host, classifier, buffer, batch);
  }

  pop(): Packet | null {
    for (;;) {
      const isFresh = this.fresh.head !== null;
      const list = isFresh ? this.fresh : this.old;
      const flow = list.head;
      if (flow === null) return null;
      if (flow.deficit <= 0) {
        flow.deficit += this.quantum;
        list.shift();
        this.old.append(flow);
        continue;
      }
      const p = this.popFrom(flow);
      if (p !== null) {
        flow.deficit -= p.size;
        return p;
      }
      list.shift();
      // Through the old list before it may be new again: else it could starve the old flows.
      if (isFresh) this.old.append(flow);
      else flow.active = false;
    }
  }

  protected open(): FlowQueue {
    return this.make();
  }

  protected activate(flow: Flow): void {
    flow.deficit = this.quantum;
    this.fresh.append(flow);
  }
}

export const fqCodel = defineQueue({
  summary: 'a CoDel queue for every flow, fair in bytes, new flows first',
  reference: 'RFC 8290',
  params: {
    ...codelParams,
    ...classifierParams(1024),
    quantum: integer('bytes a flow may send per round', 1514, 1),
    limit: limit('buffer shared by all flows', '10240 packets'),
    dropBatch: integer('packets dropped at once from the longest flow when the buffer is full', 64, 1),
  },
  create: (params, host) =>
    new SparseFirst(
      host,
      classifierOf(params, host),
      bufferOf(params.limit, host),
      params.dropBatch,
      params.quantum,
      () => new CoDelQueue(host, params, UNBOUNDED),
    ),
});
