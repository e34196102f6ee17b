import * as z from 'zod';
import { duration, flag } from '../core/params';

/** How a session finds its way through translators. */
export const traversalParams = {
  server: z
    .string()
    .default('')
    .describe('node with a STUN and TURN server; without it there are only host candidates'),
  relay: flag('ask the server for a relayed candidate (TURN)', true),
  signalling: duration('time that an offer or answer takes from one end to the other', '50 ms'),
  pacing: duration('time between two connectivity checks, Ta (RFC 8445 section 14.2)', '50 ms'),
  patience: duration('how long a pair without relay is waited for once a relayed one is valid', '1 s'),
  keepAlive: duration('idle time after which a keep-alive is sent (RFC 8445 section 11); 0 s = never', '15 s'),
};
