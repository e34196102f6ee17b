import { size } from '../../core/params';
import { DeficitRoundRobin } from './drr';
import { defineScheduler } from './scheduler';

export const weighted = defineScheduler({
  summary: 'bytes of each session in turn, in proportion to circuit.weight',
  reference: 'Shreedhar and Varghese 1995, section 3.2',
  params: { quantum: size('bytes of a session of weight 1 in a round', '1500 B') },
  create: ({ quantum }, { frame }) => new DeficitRoundRobin(quantum, frame, true),
});
