import { pluginChoice } from '../../core/choice';
import { duration, integer, number, rate } from '../../core/params';
import { impairmentList } from '../impairments/list';
import { queues } from '../queues';
import { defineTopology } from './topology';

export const dumbbell = defineTopology({
  summary: 'pairs of hosts s1..sN and d1..dN that share one bottleneck from `left` to `right`',
  reference: 'RFC 7928, draft-irtf-iccrg-tcpeval section 4.1',
  params: {
    pairs: integer('pairs of hosts', 2, 1, 100_000),
    rate: rate('rate of the bottleneck', '10 Mbit/s'),
    delay: duration('one-way propagation of the bottleneck', '10 ms'),
    queue: pluginChoice(queues, 'buffer of the bottleneck', 'drop-tail'),
    loss: number('share of packets lost on the bottleneck from left to right', 0, 0, 1),
    impairments: impairmentList('what happens to packets on the bottleneck from left to right, after `loss`'),
    accessRate: rate('rate of the access links', '1 Gbit/s'),
    accessDelay: duration('one-way propagation of each access link', '5 ms'),
    accessSpread: duration('the sender-side access delay grows evenly by this from the first pair to the last', '0 s'),
    accessQueue: pluginChoice(queues, 'buffer of the access links', 'drop-tail'),
  },
  create: (p) => {
    const names = (letter: string): string[] => Array.from({ length: p.pairs }, (_, i) => `${letter}${i + 1}`);
    const senders = names('s');
    const receivers = names('d');
    const access = { rate: p.accessRate, queue: p.accessQueue };
    const spread = (i: number): number => (p.pairs > 1 ? Math.round((p.accessSpread * i) / (p.pairs - 1)) : 0);
    return {
      nodes: ['left', 'right', ...senders, ...receivers],
      aliases: { first: 's1', last: 'd1' },
      rtt: 2 * (p.delay + 2 * p.accessDelay),
      links: [
        {
          from: 'left',
          to: 'right',
          rate: p.rate,
          delay: p.delay,
          queue: p.queue,
          loss: p.loss,
          impairments: p.impairments,
        },
        ...senders.map((from, i) => ({ from, to: 'left', delay: p.accessDelay + spread(i), ...access })),
        ...receivers.map((to) => ({ from: 'right', to, delay: p.accessDelay, ...access })),
      ],
    };
  },
});
