import { jainIndex } from '../../sim/stats/measures';
import type { Measured } from '../scenario';
import { controlOf, linuxGroup, linuxScenario, packetsOf, read } from '../linux';

const both = (run: Measured): number[] => [read.mbit(run, 'cubic'), read.mbit(run, 'other')];

export const linuxE4 = linuxGroup({
  heading: 'E4',
  replications: 15,
  scenarioOf: (label) => {
    const [, , other, bdp] = label.split(' ');
    const path = { rate: 10, rtt: 40, limit: packetsOf(Number(bdp), 10, 40) };
    return linuxScenario(path, [
      { name: 'cubic', congestionControl: controlOf('cubic') },
      { name: 'other', congestionControl: controlOf(other!) },
    ]);
  },
  columns: {
    'cubic Mbit/s': (run) => read.mbit(run, 'cubic'),
    'other Mbit/s': (run) => read.mbit(run, 'other'),
    'share of cubic': (run) => both(run)[0]! / (both(run)[0]! + both(run)[1]!),
    Jain: (run) => jainIndex(both(run)),
    utilisation: (run) => read.utilisation(run),
    'retr. cubic %': (run) => read.retransmitted(run, 'cubic'),
    'retr. other %': (run) => read.retransmitted(run, 'other'),
    'mean queue pkts': (run) => read.queue(run),
  },
});
