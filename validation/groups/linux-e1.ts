import { controlOf, linuxGroup, linuxScenario, packetsOf, read } from '../linux';

export const linuxE1 = linuxGroup({
  heading: 'E1',
  replications: 9,
  scenarioOf: (label) => {
    const [name, bdp] = label.split(' ');
    const path = { rate: 10, rtt: 40, limit: packetsOf(Number(bdp), 10, 40) };
    return linuxScenario(path, [{ name: 'A', congestionControl: controlOf(name!) }]);
  },
  columns: {
    'goodput Mbit/s': (run) => read.mbit(run, 'A'),
    'link utilisation': (run) => read.utilisation(run),
    'retransmitted %': (run) => read.retransmitted(run, 'A'),
    'mean srtt ms': (run) => read.srtt(run, 'A'),
    'mean cwnd': (run) => read.cwnd(run, 'A'),
    'mean queue pkts': (run) => read.queue(run),
  },
});
