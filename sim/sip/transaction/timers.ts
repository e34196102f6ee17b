import { duration } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';

/** Round-trip estimates of RFC 3261 section 17.1.1.1, from which all timers follow (table 4). */
export const timerParams = {
  t1: duration('T1 of RFC 3261: estimate of the round-trip time, first retransmission interval', '500 ms'),
  t2: duration('T2 of RFC 3261: largest retransmission interval of non-INVITE requests and INVITE responses', '4 s'),
  t4: duration('T4 of RFC 3261: longest time that a message stays in the network', '5 s'),
};

export type SipTimers = ParamsOf<typeof timerParams>;

/** Timers B, F, H, J, L and M. */
export function transactionTimeout({ t1 }: SipTimers): number {
  return 64 * t1;
}

/** Timer D: at least 32 s (RFC 3261 section 17.1.1.2). */
export const TIMER_D = 32e9;
