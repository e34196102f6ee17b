import * as z from 'zod';
import { duration, size } from '../core/params';

const relay = (end: string) =>
  z.string().default('').describe(`node with the relay that the ${end} asks for; without it, the ${end} has none`);

/** Relays of MSRP in a session (RFC 4976). */
export const msrpRelayParams = {
  caller: relay('caller'),
  callee: relay('callee'),
  expires: duration('how long an authorisation lasts; clients ask again after half of it', '30 min'),
  store: size('bytes that may wait in a relay for one next hop; beyond, it reads no more of who sends them', '64 KiB'),
};
