import type { Nanos } from '../core/event-queue';
import type { RandomStreams } from '../core/random';
import type { Failure } from './scenario';

/** Something is down from `from` until `to`; Infinity when it does not come back. */
export interface DownTime {
  /** What fails: `node n1`, `link n0-n1`, `relay n1`. */
  readonly what: string;
  readonly kind: 'node' | 'link' | 'relay';
  /** Names or aliases of the node, or of both ends of the link. */
  readonly at: readonly string[];
  readonly from: Nanos;
  readonly to: Nanos;
}

/**
 * When what is down, in a run of that duration. Of each element the times to failure and to repair are exponential with
 * the means given, from a random stream of its own: what else fails does not change them.
 */
export function downTimes(failures: readonly Failure[], duration: Nanos, random: RandomStreams): DownTime[] {
  return failures.flatMap((failure) => {
    const element = elementOf(failure);
    if ('at' in failure.when) {
      const { at, for: length } = failure.when;
      return at < duration ? [{ ...element, from: at, to: at + length }] : [];
    }
    const { mtbf, mttr } = failure.when;
    const stream = random.stream(`failure:${element.what}`);
    const times: DownTime[] = [];
    for (let from = draw(mtbf); from < duration;) {
      const to = from + draw(mttr);
      times.push({ ...element, from, to });
      from = to + draw(mtbf);
    }
    return times;

    function draw(mean: Nanos): Nanos {
      return Math.max(1, Math.round(stream.exponential(mean)));
    }
  });
}

function elementOf({ element }: Failure): Pick<DownTime, 'what' | 'kind' | 'at'> {
  const { kind } = element;
  const at = kind === 'link' ? element.between : [element.name];
  return { kind, at, what: `${kind} ${at.join('-')}` };
}
