import { pluginChoice } from '../core/choice';
import { choice, integer, number, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import { schedulers } from './schedulers';

/** How a session is carried in a circuit between two aggregators. Sessions that say the same share circuits. */
export const circuitParams = {
  protocol: choice('transport of the circuit', ['tcp', 'sctp', 'quic'], 'tcp'),
  circuits: integer('circuits between the two aggregators; sessions are spread over them', 1, 1, 10_000),
  balance: choice('which circuit a new session gets', ['round-robin', 'least-queued'], 'round-robin'),
  streams: integer('ordered streams in a circuit; TCP has one', 1, 1, 65_535),
  scheduler: pluginChoice(schedulers, 'whose frame is sent next', 'drr'),
  frame: size('longest payload of a frame', '4 kB'),
  window: size('credit: bytes of a session that the far aggregator will hold', '256 KiB'),
  backlog: size('bytes that may wait in the socket of the circuit beyond what is in flight', '16 kB'),
  weight: number('share of the session, for the scheduler weighted', 1, 0.01, 1000),
} as const;

export type CircuitConfig = ParamsOf<typeof circuitParams>;
