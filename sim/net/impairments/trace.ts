import * as z from 'zod';
import { byShape } from '../../core/by-shape';
import { DataFile } from '../../core/data-file';
import { integer } from '../../core/params';
import { defineImpairment } from './define';
import { mahimahiMistake, parseMahimahi } from './mahimahi';
import { TraceTransmitter } from './trace-transmitter';

const opportunities = byShape('a list of times in ms, or the name of a file that has one on each line', {
  text: z.string().transform((name) => new DataFile(name, parseMahimahi)),
  list: z.array(z.int().min(0)).superRefine((times, context) => {
    const mistake = mahimahiMistake(times);
    if (mistake !== undefined) {
      const path = mistake.index < times.length ? [mistake.index] : [];
      context.addIssue({ code: 'custom', message: mistake.message, path });
    }
  }),
});

export const trace = defineImpairment({
  summary: 'transmits when a recorded link did: a Mahimahi trace of packet-delivery opportunities, repeated for ever',
  reference: 'Netravali et al. 2015, Mahimahi: accurate record-and-replay for HTTP (mm-link)',
  params: {
    opportunities: opportunities.describe('times in ms at which one packet can be sent; the last is also the period'),
    bytes: integer('bytes that one opportunity can carry', 1504, 1, 1_000_000),
  },
  create: ({ opportunities, bytes }) => ({
    kind: 'transmitter',
    create: (port) => {
      if (opportunities instanceof DataFile) throw new Error(`the file ${opportunities.name} has not been read`);
      return new TraceTransmitter(port, opportunities, bytes);
    },
  }),
});
