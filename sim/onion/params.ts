import { choice, integer, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';

/** How a session goes through the relays of a circuit: docs/models/onion.md. */
export const onionParams = {
  links: choice('what neighbours in a circuit run over: TLS 1.3 over TCP, or TCP alone', ['tls', 'tcp'], 'tls'),
  buffer: size('bytes that the exit holds in its socket towards the other end, each direction', '128 KiB'),
  attack: choice(
    'what the hostile relay does to cells that it passes on away from the client: it changes a byte, drops one, or sends an earlier one again',
    ['none', 'modify', 'drop', 'replay'],
    'none',
  ),
  attacker: integer('which relay that is, from the client on; the last one passes nothing on', 1, 1, 100),
  attackEvery: integer('one cell in so many', 100, 1, 1_000_000),
} as const;

export type OnionConfig = ParamsOf<typeof onionParams>;
