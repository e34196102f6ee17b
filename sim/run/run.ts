import type { Nanos } from '../core/event-queue';
import { LiveRun } from './live-run';
import type { RunReply, RunRequest } from './messages';

/** Told now and then how far a run is; what it throws ends the run. */
export type Watch = (now: Nanos, events: number) => void;

/** How often a run tells its watch, over its duration. */
const LOOKS = 200;

/**
 * Runs one replication of one point. A pure function: the same request gives the same reply, anywhere. A `watch` changes
 * nothing in it.
 */
export function run(request: RunRequest, watch?: Watch): RunReply {
  const live = new LiveRun(request);
  const { events } = live.simulation;
  for (let look = 1; watch !== undefined && look < LOOKS; look++) {
    live.advance(Math.floor((live.end * look) / LOOKS));
    watch(events.now, events.fired);
  }
  live.advance(live.end);
  return live.reply();
}
