import type { RunReply, RunRequest } from '../run/messages';
import { run } from '../run/run';

/** One run, in a thread of the pool. */
export default function work(request: RunRequest): RunReply {
  return run(request);
}
