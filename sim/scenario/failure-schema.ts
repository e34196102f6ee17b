import * as z from 'zod';
import { fields } from '../core/choice';
import { durationSchema } from '../core/params';

/*
 * The part of a scenario file that says what fails, and when.
 */

const failure = fields({
  node: z.string().exactOptional().describe('the node that fails: it loses every packet and all its state'),
  link: z
    .tuple([z.string(), z.string()])
    .exactOptional()
    .describe('the link that fails, both directions: its two nodes'),
  relay: z
    .string()
    .exactOptional()
    .describe(
      'the node whose relays, or the control of whose translator, fail: it goes on forwarding, resets their connections, refuses new ones',
    ),
  at: durationSchema.exactOptional().describe('when it fails'),
  for: durationSchema.exactOptional().describe('how long it is down; without it, for good'),
  mtbf: durationSchema.exactOptional().describe('in place of `at`: mean time up, exponentially distributed'),
  mttr: durationSchema.exactOptional().describe('mean time down, exponentially distributed'),
}).superRefine((value, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message, input: value });
  const what = [value.node, value.link, value.relay].filter((one) => one !== undefined);
  if (what.length !== 1) refuse('expected one of node, link, relay');
  const { at, mtbf, mttr } = value;
  if ((at === undefined) === (mtbf === undefined)) refuse('expected at, or mtbf and mttr');
  else if ((mtbf === undefined) !== (mttr === undefined)) refuse('expected mtbf and mttr together');
  else if (mtbf !== undefined && value.for !== undefined) refuse('expected mttr in place of for, with mtbf');
});

export const failuresSchema = z.array(failure).default([]).describe('what fails, when, and for how long');
export const rerouteSchema = durationSchema
  .exactOptional()
  .describe(
    'time after which routes avoid nodes and links that are down, and use those that are back; without it, never',
  );

export type FailureFields = z.output<typeof failuresSchema>[number];
