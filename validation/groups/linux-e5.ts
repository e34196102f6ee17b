import { jainIndex } from '../../sim/stats/measures';
import { controlOf, linuxGroup, linuxScenario, read } from '../linux';
import type { Measured } from '../scenario';

const SINGLE = 'single';

/** Names of the parallel connections of a row `kind N=n`. */
function parallel(label: string): string[] {
  return Array.from({ length: Number(label.split('N=')[1]) }, (_, i) => `parallel-${i + 1}`);
}

function rates(run: Measured, label: string): number[] {
  return [SINGLE, ...parallel(label)].map((flow) => read.mbit(run, flow));
}

export const linuxE5 = linuxGroup({
  heading: 'E5',
  replications: 15,
  scenarioOf: (label) => {
    const congestionControl = controlOf(label.split(' ')[0]!);
    return linuxScenario(
      { rate: 20, rtt: 40, limit: 67 },
      [...parallel(label), SINGLE].map((name) => ({ name, congestionControl })),
    );
  },
  columns: {
    'share of the N': (run, label) => 1 - read.mbit(run, SINGLE) / rates(run, label).reduce((a, b) => a + b, 0),
    'single Mbit/s': (run) => read.mbit(run, SINGLE),
    utilisation: (run) => read.utilisation(run),
    'Jain of the N+1': (run, label) => jainIndex(rates(run, label)),
    'retransmitted %': (run, label) => read.retransmittedOf(run, [SINGLE, ...parallel(label)]),
  },
});
