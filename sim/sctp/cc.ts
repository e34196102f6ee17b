import { congestionControls } from '../tcp/cc';
import { rfc9260 } from './rfc9260';

/** Every congestion control that SCTP can have: those of TCP, and its own. */
export const sctpCongestionControls = { rfc9260, ...congestionControls } as const;
