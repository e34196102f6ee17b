import * as z from 'zod';
import { fields, pluginChoice } from '../../core/choice';
import { duration, durationSchema, number, rate, rateSchema } from '../../core/params';
import { impairmentList, optionalImpairmentList } from '../impairments/list';
import { queues } from '../queues';
import { defineTopology } from './topology';

const queue = pluginChoice(queues, 'buffer', 'drop-tail');

const back = fields({
  rate: rateSchema.exactOptional().describe('rate'),
  delay: durationSchema.exactOptional().describe('one-way propagation'),
  queue: pluginChoice(queues, 'buffer').exactOptional().describe('buffer'),
  loss: z.number().min(0).max(1).exactOptional().describe('share of packets lost on the wire'),
  impairments: optionalImpairmentList('what happens to packets on the way, after `loss`'),
});

const link = fields({
  between: z.tuple([z.string(), z.string()]).describe('names of the two nodes, from and to'),
  rate: rate('rate', '10 Mbit/s'),
  delay: duration('one-way propagation', '10 ms'),
  queue,
  loss: number('share of packets lost on the wire, in the direction from -> to', 0, 0, 1),
  impairments: impairmentList('what happens to packets in the direction from -> to, after `loss`'),
  back: back
    .prefault({})
    .describe('what differs in the opposite direction; loss is 0 and impairments are none there unless given'),
});

export const graph = defineTopology({
  summary: 'any network, written out',
  reference: 'none',
  params: {
    nodes: z.array(z.string()).min(2).describe('names of the nodes'),
    links: z.array(link).min(1).describe('links between them, each for both directions'),
    rtt: duration('round trip that a buffer of 1 BDP is sized for', '0 s'),
  },
  create: ({ nodes, links, rtt }) => ({
    nodes,
    aliases: { first: nodes[0]!, last: nodes[nodes.length - 1]! },
    rtt,
    links: links.map(({ between: [from, to], ...rest }) => ({ from, to, ...rest })),
  }),
});
