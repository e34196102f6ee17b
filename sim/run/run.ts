import { LiveRun } from './live-run';
import type { RunReply, RunRequest } from './messages';

/** Runs one replication of one point. A pure function: the same request gives the same reply, anywhere. */
export function run(request: RunRequest): RunReply {
  const live = new LiveRun(request);
  live.advance(live.end);
  return live.reply();
}
