import type { Packet } from '../../core/packet';
import { limit } from '../../core/params';
import type { QueueHost } from '../queue';
import { type Buffer, UNBOUNDED } from './buffer';
import { ClassClassifier, classes, type TrafficClass } from './classes';
import { type Classifier, classifierOf, classifierParams, type FlowIdentity } from './classifier';
import { Fifo } from './fifo';
import { type Flow, FlowList, FlowQueues } from './flow-queues';

/**
 * Round robin over backlogged flows. In each round a flow may spend its quantum times its weight; what it cannot spend
 * because its next packet costs more is saved for the next round.
 */
export abstract class RoundRobin extends FlowQueues<Fifo> {
  private readonly active = new FlowList<Fifo>();
  /** The head of the list got its quantum of this round. */
  private granted = false;

  constructor(
    host: QueueHost,
    classifier: Classifier,
    buffer: Buffer,
    private readonly quantum: number,
  ) {
    super(host, classifier, buffer, 1);
  }

  /** What sending `p` costs, in units of the quantum. */
  protected abstract cost(p: Packet): number;

  pop(): Packet | null {
    for (;;) {
      const flow = this.active.head;
      if (flow === null) return null;
      const head = flow.queue.peek();
      if (head === null) {
        this.retire(flow);
        continue;
      }
      if (!this.granted) {
        flow.deficit += this.quantum * flow.weight;
        this.granted = true;
      }
      const cost = this.cost(head);
      if (cost > flow.deficit) {
        this.active.rotate();
        this.granted = false;
        continue;
      }
      flow.deficit -= cost;
      this.popFrom(flow);
      if (flow.queue.packets === 0) this.retire(flow);
      return head;
    }
  }

  protected open(): Fifo {
    return new Fifo(this.host, UNBOUNDED);
  }

  protected activate(flow: Flow<Fifo>): void {
    this.active.append(flow);
  }

  /** An empty flow leaves the round and loses what it saved. */
  private retire(flow: Flow<Fifo>): void {
    flow.deficit = 0;
    flow.active = false;
    this.active.shift();
    this.granted = false;
  }
}

/** The parameters of the round robins. */
export const roundRobinParams = {
  ...classifierParams(0),
  classes: classes('traffic classes with weights, instead of one queue per flow', []),
  limit: limit('buffer shared by all flows; a full buffer drops from the longest flow', '100 packets'),
};

/** By class where classes are given, else by flow. */
export function roundRobinClassifier(
  params: { flowBy: FlowIdentity; buckets: number; classes: readonly TrafficClass[] },
  host: QueueHost,
): Classifier {
  return params.classes.length > 0 ? new ClassClassifier(params.classes) : classifierOf(params, host);
}
