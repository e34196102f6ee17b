import type { RunReply, RunRequest } from '../run/messages';
import { run } from '../run/run';

/** What a thread is asked, and where it tells how far it is. */
export interface WorkRequest {
  readonly request: RunRequest;
  /** Shared memory: [1 once the run has begun, simulated time in seconds, events fired]. */
  readonly gauge: Float64Array;
  /** Most events. */
  readonly events: number;
}

/** One run, in a thread of the pool. */
export default function work({ request, gauge, events: most }: WorkRequest): RunReply {
  gauge[0] = 1;
  return run(request, (now, events) => {
    gauge[1] = now / 1e9;
    gauge[2] = events;
    if (events > most) throw new Error(`event storm: ${events} events by ${now / 1e9} s of simulated time`);
  });
}
