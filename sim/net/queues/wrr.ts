import { bufferOf } from './buffer';
import { defineQueue } from './define';
import { RoundRobin, roundRobinClassifier, roundRobinParams } from './round-robin';

/** Weighted round robin: the quantum is one packet. A weight of 1.5 sends 1 and 2 packets in turn. */
class WeightedRoundRobin extends RoundRobin {
  protected cost(): number {
    return 1;
  }
}

export const wrr = defineQueue({
  summary: 'weighted round robin: a number of packets per flow and round, whatever their size',
  reference: 'Katevenis, Sidiropoulos and Courcoubetis 1991',
  params: roundRobinParams,
  create: (params, host) =>
    new WeightedRoundRobin(host, roundRobinClassifier(params, host), bufferOf(params.limit, host), 1),
});
