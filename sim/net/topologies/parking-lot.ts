import { pluginChoice } from '../../core/choice';
import { duration, integer, rate } from '../../core/params';
import { impairmentList } from '../impairments/list';
import { queues } from '../queues';
import { defineTopology } from './topology';

export const parkingLot = defineTopology({
  summary: 'routers n0..nH in a row; hosts `first` and `last` at the ends, and xL-K to yL-K across each link L',
  reference: 'draft-irtf-iccrg-tcpeval section 6.3; Floyd 1991, Connections with multiple congested gateways',
  params: {
    hops: integer('bottlenecks in the row', 3, 1, 100),
    crossing: integer('pairs of hosts across each bottleneck', 1, 0, 1000),
    rate: rate('rate of every bottleneck', '10 Mbit/s'),
    delay: duration('one-way propagation of each bottleneck', '10 ms'),
    queue: pluginChoice(queues, 'buffer of every bottleneck', 'drop-tail'),
    impairments: impairmentList('what happens to packets on each bottleneck from first to last'),
    accessRate: rate('rate of the access links', '1 Gbit/s'),
    accessDelay: duration('one-way propagation of each access link', '100 us'),
    accessQueue: pluginChoice(queues, 'buffer of the access links').prefault({
      'drop-tail': { limit: '100000 packets' },
    }),
  },
  create: (p) => {
    const routers = Array.from({ length: p.hops + 1 }, (_, i) => `n${i}`);
    const access = { rate: p.accessRate, delay: p.accessDelay, queue: p.accessQueue };
    const crossing = routers.slice(1).flatMap((to, l) =>
      Array.from({ length: p.crossing }, (_, k) => ({
        sender: `x${l + 1}-${k + 1}`,
        receiver: `y${l + 1}-${k + 1}`,
        from: routers[l]!,
        to,
      })),
    );
    return {
      nodes: [...routers, 'first', 'last', ...crossing.flatMap((c) => [c.sender, c.receiver])],
      aliases: {},
      rtt: 2 * (p.hops * p.delay + 2 * p.accessDelay),
      links: [
        ...routers.slice(1).map((to, i) => ({
          from: routers[i]!,
          to,
          rate: p.rate,
          delay: p.delay,
          queue: p.queue,
          impairments: p.impairments,
        })),
        { from: 'first', to: 'n0', ...access },
        { from: `n${p.hops}`, to: 'last', ...access },
        ...crossing.flatMap((c) => [
          { from: c.sender, to: c.from, ...access },
          { from: c.to, to: c.receiver, ...access },
        ]),
      ],
    };
  },
});
