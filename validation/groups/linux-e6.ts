import { jainIndex } from '../../sim/stats/measures';
import { controlOf, type Experiment, linuxGroup, linuxScenario, read } from '../linux';
import type { Measured, SessionText } from '../scenario';

/** Flow A alone, or A against the flow `long`: `reno 0.5 % H=2: split v e2e`. */
function parse(label: string) {
  const match = /^(\w+) (?:([\d.]+) % )?H=(\d+): (e2e|split)(?: \(\d relays\))? (v e2e|alone)$/.exec(label);
  if (match === null) throw new Error(`cannot read the row ${label}`);
  const [, congestionControl, loss, hops, path, rest] = match;
  return {
    congestionControl: controlOf(congestionControl!),
    loss: Number(loss ?? 0) / 100,
    segments: Number(hops),
    split: path === 'split',
    alone: rest === 'alone',
  };
}

const watched = (label: string): string => (parse(label).alone ? 'A' : 'long');
const both = (run: Measured): number[] => [read.mbit(run, 'A'), read.mbit(run, 'long')];

const experiment: Omit<Experiment, 'heading'> = {
  replications: 9,
  method:
    'Relays hold 1 MiB in each socket. The tables do not say how much; but in E6L segment 1 carried no more than segment 2, so ' +
    'that back-pressure must have reached the sender within the first 10 s, and any size from 64 KiB to 2 MiB gives these numbers.',
  scenarioOf: (label) => {
    const { congestionControl, loss, segments, split, alone } = parse(label);
    const path = split ? 'relayed' : 'end-to-end';
    const sessions: SessionText[] = [{ name: 'A', congestionControl, path, relayBuffer: '1 MiB' }];
    if (!alone) sessions.push({ name: 'long', congestionControl });
    return linuxScenario({ segments, rate: 10, rtt: 80, limit: 67, loss }, sessions);
  },
  columns: {
    'A Mbit/s': (run) => read.mbit(run, 'A'),
    'long e2e Mbit/s': (run) => read.mbit(run, 'long'),
    'share of A': (run) => both(run)[0]! / (both(run)[0]! + both(run)[1]!),
    Jain: (run) => jainIndex(both(run)),
    'util. segment 1': (run) => read.utilisation(run),
    'mean queue per segment, pkts': (run) => read.queue(run),
    'retr. of long (solo: of A) %': (run, label) => read.retransmitted(run, watched(label)),
    'srtt of long (solo: of A) ms': (run, label) => read.srtt(run, watched(label)),
  },
};

export const linuxE6 = linuxGroup({ heading: 'E6 ', ...experiment });
export const linuxE6L = linuxGroup({ heading: 'E6L', ...experiment });
