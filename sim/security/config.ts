import * as z from 'zod';
import { choice, flag, integer, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';

/** How the streams of a session are protected: docs/models/security.md. */
export const securityParams = {
  tls: choice('version of TLS that both ends prefer', ['none', '1.2', '1.3'], 'none'),
  scope: choice(
    'where TLS begins and ends: at each relay, which reads what passes; or at the ends, so that relays pass on records that they cannot read',
    ['hop-by-hop', 'end-to-end'],
    'end-to-end',
  ),
  resumption: flag('servers give tickets, with which clients come back without certificates', false),
  mutual: flag('servers ask clients for a certificate, too', false),
  certificate: size('bytes of a certificate', '1200 B'),
  chain: integer('certificates from that of the server to the one that the root has signed', 2, 1, 10),
  trust: z
    .array(z.string())
    .default([])
    .describe('nodes that issue certificates which the ends believe, besides the root: for inspection of TLS'),
  messages: choice(
    'protection of each message from writer to reader, whatever carries it: a signature over its header and content; or that, and content that only readers can read',
    ['none', 'signed', 'encrypted'],
    'none',
  ),
  descriptions: flag(
    'the ends seal what the signalling says of the session, as their messages (RFC 3261 section 23)',
    false,
  ),
  readers: z
    .array(z.string())
    .default([])
    .describe('nodes besides the other end that are given the key of each message; for messages: encrypted only'),
  release: flag(
    'an intermediary that announces itself and has the consent of an end is given the key of what that end writes from then on; for messages: encrypted only',
    false,
  ),
  directory: z
    .string()
    .default('')
    .describe(
      'node that keeps the certificates of all: an end that lacks one asks for it there (RFC 4387) before it writes to, or believes, its owner; without it all have them from the beginning',
    ),
} as const;

export type SecurityConfig = ParamsOf<typeof securityParams>;
