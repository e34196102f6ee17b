import type { Packet } from '../../core/packet';
import { choice, integer } from '../../core/params';
import type { QueueHost } from '../queue';

/** Says which of a scheduler's queues a packet belongs to. */
export interface Classifier {
  /** Number of the queue, from 0. */
  classify(p: Packet): number;
  /** Weight of a queue; 1 where all are equal. */
  weight(index: number): number;
}

/** What makes two packets one flow. */
export const FLOW_IDENTITIES = ['five-tuple', 'session', 'source-host', 'destination-host'] as const;
export type FlowIdentity = (typeof FLOW_IDENTITIES)[number];

/** The parameters of flow classification; `buckets` is the discipline's default. */
export function classifierParams(buckets: number) {
  return {
    flowBy: choice('what is one flow', FLOW_IDENTITIES, 'five-tuple'),
    buckets: integer('hash buckets, where flows can collide; 0 = a queue for every flow', buckets, 0, 65536),
  };
}

/** The classifier that the parameters ask for. The hash is salted from the discipline's random stream. */
export function classifierOf(params: { flowBy: FlowIdentity; buckets: number }, host: QueueHost): Classifier {
  const key = new FlowKey(params.flowBy, host.random.word());
  return params.buckets > 0 ? new HashClassifier(key, params.buckets) : new ExactClassifier(key);
}

/** The fields of a packet that identify its flow, and their hash. One object, refilled for every packet. */
class FlowKey {
  a = 0;
  b = 0;
  ports = 0;
  protocol = 0;
  private readonly identity: number;

  constructor(
    identity: FlowIdentity,
    private readonly salt: number,
  ) {
    this.identity = FLOW_IDENTITIES.indexOf(identity);
  }

  /** Fills the fields from `p`; returns a hash, an unsigned 32-bit integer. */
  read(p: Packet): number {
    switch (this.identity) {
      case 0:
        this.a = p.src;
        this.b = p.dst;
        this.ports = (p.srcPort << 16) | (p.dstPort & 0xffff);
        this.protocol = p.protocol;
        break;
      case 1:
        this.a = p.flow;
        break;
      case 2:
        this.a = p.src;
        break;
      default:
        this.a = p.dst;
    }
    let h = this.salt;
    h = Math.imul(h ^ this.a, 0x85ebca6b);
    h = Math.imul((h ^ (h >>> 15)) + this.b, 0xc2b2ae35);
    h = Math.imul((h ^ (h >>> 13)) + this.ports, 0x27d4eb2f);
    h = Math.imul((h ^ (h >>> 15)) + this.protocol, 0x165667b1);
    return (h ^ (h >>> 16)) >>> 0;
  }
}

class HashClassifier implements Classifier {
  constructor(
    private readonly key: FlowKey,
    private readonly buckets: number,
  ) {}

  classify(p: Packet): number {
    return this.key.read(p) % this.buckets;
  }

  weight(): number {
    return 1;
  }
}

/** Numbers flows in order of appearance, and never forgets one: memory grows with the flows of the run. */
class ExactClassifier implements Classifier {
  private flows = 0;
  /** Open addressing: flow number + 1, or 0. */
  private slots = new Int32Array(64);
  private readonly keys: number[] = [];

  constructor(private readonly key: FlowKey) {}

  classify(p: Packet): number {
    const hash = this.key.read(p);
    const mask = this.slots.length - 1;
    let at = hash & mask;
    for (;;) {
      const flow = this.slots[at]! - 1;
      if (flow < 0) break;
      if (this.matches(flow)) return flow;
      at = (at + 1) & mask;
    }
    return this.add(at, hash);
  }

  weight(): number {
    return 1;
  }

  private matches(flow: number): boolean {
    const { key, keys } = this;
    const at = 5 * flow;
    return keys[at] === key.a && keys[at + 1] === key.b && keys[at + 2] === key.ports && keys[at + 3] === key.protocol;
  }

  private add(at: number, hash: number): number {
    const { key } = this;
    this.keys.push(key.a, key.b, key.ports, key.protocol, hash);
    this.slots[at] = ++this.flows;
    if (2 * this.flows > this.slots.length) this.rehash();
    return this.flows - 1;
  }

  private rehash(): void {
    this.slots = new Int32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    for (let flow = 0; flow < this.flows; flow++) {
      let at = this.keys[5 * flow + 4]! & mask;
      while (this.slots[at] !== 0) at = (at + 1) & mask;
      this.slots[at] = flow + 1;
    }
  }
}
