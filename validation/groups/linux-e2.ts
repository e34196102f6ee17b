import { jainIndex } from '../../sim/stats/measures';
import { controlOf, linuxGroup, linuxScenario, packetsOf, read } from '../linux';

const FLOWS = ['A', 'B', 'C', 'D'];

export const linuxE2 = linuxGroup({
  heading: 'E2',
  replications: 15,
  scenarioOf: (label) => {
    const congestionControl = controlOf(label.split(' ')[1]!);
    const path = { rate: 20, rtt: 40, limit: packetsOf(1, 20, 40) };
    return linuxScenario(
      path,
      FLOWS.map((name) => ({ name, congestionControl })),
    );
  },
  columns: {
    'smallest flow Mbit/s': (run) => Math.min(...FLOWS.map((flow) => read.mbit(run, flow))),
    'largest flow Mbit/s': (run) => Math.max(...FLOWS.map((flow) => read.mbit(run, flow))),
    Jain: (run) => jainIndex(FLOWS.map((flow) => read.mbit(run, flow))),
    utilisation: (run) => read.utilisation(run),
    'retransmitted %': (run) => read.retransmittedOf(run, FLOWS),
    'mean srtt ms': (run) => read.meanSrtt(run, FLOWS),
    'mean queue pkts': (run) => read.queue(run),
  },
});
