import * as z from 'zod';
import { byShape } from '../core/by-shape';
import { fields, pluginChoice } from '../core/choice';
import { choice, flag } from '../core/params';
import { timerParams } from '../sip/transaction/timers';
import { capacityParams } from './capacity';
import { overloadControls } from './overload';
import { SCOPES } from './overload-agent';
import { roles } from './roles';

const ON = 'a node, a list of nodes, or between: every node that is no end of a session';

const server = fields({
  on: byShape(ON, { text: z.string(), list: z.array(z.string()).min(1) }).describe(ON),
  role: pluginChoice(roles, 'what the server does', 'proxy'),
  next: z
    .string()
    .exactOptional()
    .describe('node of the server that gets requests for others; without it, the next in the list'),
  capacity: fields(capacityParams).exactOptional().describe('what the server can do; without it, everything at once'),
  control: pluginChoice(overloadControls, 'what it does against overload; with capacity only', 'none'),
});

/** The `signalling` block of a scenario file. */
export const signallingSchema = fields({
  servers: z
    .array(server)
    .default([])
    .describe(
      'SIP servers, in the order in which requests pass them; the callers belong to the first, the callees to the last',
    ),
  feedback: choice(
    'who holds requests back for a server in overload: the one before it, or the first of all',
    SCOPES,
    'hop-by-hop',
  ),
  transport: choice('what SIP goes over, on every hop', ['udp', 'tcp'], 'udp'),
  ...timerParams,
  compact: flag('compact names of header fields (RFC 3261 section 7.3.3)', false),
  rport: flag('answers go to the port that a request is seen to come from (RFC 3581)', false),
});

export type SignallingFields = z.output<typeof signallingSchema>;
export type ServerFields = SignallingFields['servers'][number];
