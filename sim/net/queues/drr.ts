import type { Packet } from '../../core/packet';
import { integer } from '../../core/params';
import { bufferOf } from './buffer';
import { defineQueue } from './define';
import { RoundRobin, roundRobinClassifier, roundRobinParams } from './round-robin';

/** Deficit round robin (Shreedhar and Varghese 1995): the quantum is in bytes. */
class DeficitRoundRobin extends RoundRobin {
  protected cost(p: Packet): number {
    return p.size;
  }
}

export const drr = defineQueue({
  summary: 'deficit round robin: a quantum of bytes per flow and round, unused bytes saved',
  reference: 'Shreedhar and Varghese 1995; buffer stealing: McKenney 1990',
  params: { ...roundRobinParams, quantum: integer('bytes per round for weight 1', 1500, 1) },
  create: (params, host) =>
    new DeficitRoundRobin(host, roundRobinClassifier(params, host), bufferOf(params.limit, host), params.quantum),
});
