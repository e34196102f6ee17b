import { Ecn, Packet } from '../../../sim/core/packet';
import { RandomStream } from '../../../sim/core/random';
import { bind, type AnyPlugin } from '../../../sim/core/plugin';
import type { Drop, Queue, QueueHost } from '../../../sim/net/queue';
import type { Discipline } from '../../../sim/net/queues/define';
import { AdmittedFifo, Fifo } from '../../../sim/net/queues/fifo';

export const MS = 1e6;
export const SECOND = 1e9;

/** A link's side of the contract: keeps what the discipline reports. */
export class TestHost implements QueueHost {
  now = 0;
  rate = 10e6;
  mtu = 1500;
  bdp = 125000;
  random = new RandomStream([1, 2, 3, 4], 'queue');
  readonly dropped: { p: Packet; reason: Drop; at: number }[] = [];
  readonly marks: { p: Packet; at: number }[] = [];

  drop(p: Packet, reason: Drop): void {
    this.dropped.push({ p, reason, at: this.now });
  }

  marked(p: Packet): void {
    this.marks.push({ p, at: this.now });
  }
}

export function packet(flow: number, size = 1500, ecn: number = Ecn.notEct): Packet {
  const p = new Packet();
  p.flow = flow;
  p.src = 1000 + flow;
  p.dst = 1;
  p.srcPort = 5000 + flow;
  p.size = size;
  p.ecn = ecn;
  return p;
}

/** Any discipline as the two-event link sees it. */
export function asQueue(discipline: Discipline, host: QueueHost): Queue {
  switch (discipline.kind) {
    case 'drop-tail':
      return new Fifo(host, discipline);
    case 'admission':
      return new AdmittedFifo(host, discipline.admission);
    case 'queue':
      return discipline.queue;
  }
}

/** A discipline with the given parameters (texts as in a scenario) on `host`. */
export function make(plugin: unknown, params: object, host: QueueHost): Queue {
  return asQueue(bind(plugin as AnyPlugin<QueueHost, Discipline>, params)(host), host);
}
