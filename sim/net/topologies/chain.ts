import { pluginChoice } from '../../core/choice';
import { duration, integer, number, rate } from '../../core/params';
import { impairmentList } from '../impairments/list';
import { queues } from '../queues';
import { defineTopology } from './topology';

export const chain = defineTopology({
  summary: 'equal links in a row: n0 (first), n1, ... (last)',
  reference: 'draft-mankin-im-session-guide-00 section 4.3',
  params: {
    segments: integer('links in the row', 4, 1, 1000),
    rate: rate('rate of every link', '10 Mbit/s'),
    rtt: duration('round-trip propagation of the whole chain; every link has an equal part', '80 ms'),
    queue: pluginChoice(queues, 'buffer of every link, in both directions', 'drop-tail'),
    loss: number('share of packets lost on each link from first to last', 0, 0, 1),
    lastLoss: number('share of packets lost on the last link, on top of `loss`', 0, 0, 1),
    impairments: impairmentList('what happens to packets on each link from first to last, after the losses'),
  },
  create: ({ segments, rate, rtt, queue, loss, lastLoss, impairments }) => {
    const nodes = Array.from({ length: segments + 1 }, (_, i) => `n${i}`);
    // the parts differ by a nanosecond where the whole does not divide
    const upTo = (i: number): number => Math.round((rtt / 2) * (i / segments));
    return {
      nodes,
      aliases: { first: 'n0', last: `n${segments}` },
      rtt,
      links: nodes.slice(1).map((to, i) => ({
        from: nodes[i]!,
        to,
        rate,
        delay: upTo(i + 1) - upTo(i),
        queue,
        loss: i === segments - 1 ? 1 - (1 - loss) * (1 - lastLoss) : loss,
        impairments,
      })),
    };
  },
});
