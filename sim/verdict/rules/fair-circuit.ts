import type { Nanos } from '../../core/event-queue';
import { jainIndex } from '../../stats/measures';
import type { FrameSeen } from '../observation';
import { broken, kept, notExercised, type Case, type Finding, type Rule } from '../rule';

/** Sessions that had something to send at the same time, and what each was given of the circuit. */
const WINDOW: Nanos = 1e9;
/** Below it a circuit is not fair: two sessions of which one has three times as much as the other give 0.8. */
const LEAST_JAIN = 0.8;

export const fairCircuit: Rule = {
  name: 'fair-circuit',
  level: 'text',
  section: '3.2',
  sentence:
    "It may also be desirable for the session layer to manage flow control between competing instant messaging session within an aggregated 'application circuit' in order to ensure that each session receives an equitable share of network and processing resources.",
  mend: 'Schedule the frames of a circuit by deficit round robin (circuit.scheduler: drr), not in the order of arrival.',
  judge,
};

interface Window {
  readonly at: Nanos;
  readonly jain: number;
  readonly sessions: number;
  readonly frames: readonly FrameSeen[];
}

function judge({ seen }: Case): Finding {
  const windows = [...seen.frames.values()].flat().flatMap(contested);
  if (seen.frames.size === 0) return notExercised('there is no circuit');
  if (windows.length === 0) return notExercised('no two sessions of a circuit had much to send at the same time');
  const mean = windows.reduce((sum, { jain }) => sum + jain, 0) / windows.length;
  const worst = windows.reduce((least, window) => (window.jain < least.jain ? window : least));
  const text = `Jain's index ${worst.jain.toFixed(2)} of ${worst.sessions} sessions in the second from ${(worst.at / 1e9).toFixed(0)} s`; // prettier-ignore
  const delivered = worst.frames.filter(({ ref }) => ref.frame > 0);
  const evidence = [{ text, packets: [...delivered.slice(0, 1), ...delivered.slice(-1)].map(({ ref }) => ref) }];
  const because = `Jain's index of sessions that compete is ${mean.toFixed(2)}, mean over ${windows.length} seconds`;
  return mean < LEAST_JAIN ? broken(because, evidence) : kept(because, evidence);
}

/**
 * Seconds in which several sessions sent frames from the first fifth of it to the last, and full ones: who sends a small frame
 * has sent all that it had, and is short of nothing.
 */
function contested(frames: readonly FrameSeen[]): Window[] {
  const bySecond = new Map<number, FrameSeen[]>();
  for (const frame of frames) {
    const second = Math.floor(frame.ref.at / WINDOW);
    const these = bySecond.get(second) ?? [];
    if (these.length === 0) bySecond.set(second, these);
    these.push(frame);
  }
  return [...bySecond].flatMap(([second, these]): Window[] => {
    const start = second * WINDOW;
    const competing = [...sharesIn(these).values()].filter(
      ({ bytes, count, largest, first, last }) =>
        first < start + 0.2 * WINDOW &&
        last > start + 0.8 * WINDOW &&
        largest >= LEAST_FULL &&
        bytes / count > FULL * largest,
    );
    if (competing.length < 2) return [];
    const jain = jainIndex(competing.map(({ bytes }) => bytes));
    return [{ at: start, sessions: competing.length, jain, frames: these }];
  });
}

/** Of a session that always has more to send: bytes of a full frame at least, and the mean size of its frames over that. */
const LEAST_FULL = 1000;
const FULL = 0.6;

interface Share {
  bytes: number;
  count: number;
  largest: number;
  readonly first: Nanos;
  last: Nanos;
}

function sharesIn(frames: readonly FrameSeen[]): Map<number, Share> {
  const shares = new Map<number, Share>();
  for (const { session, bytes, ref } of frames) {
    const share = shares.get(session) ?? { bytes: 0, count: 0, largest: 0, first: ref.at, last: ref.at };
    shares.set(session, share);
    share.bytes += bytes;
    share.count++;
    share.largest = Math.max(share.largest, bytes);
    share.last = ref.at;
  }
  return shares;
}
