import { size } from '../core/params';
import type { ParamsOf } from '../core/plugin';

/** How a relay treats a session. */
export const relayParams = {
  buffer: size('bytes held for the session in each of the two sockets of a relay, each direction', '4 MiB'),
} as const;

export type RelayConfig = ParamsOf<typeof relayParams>;
