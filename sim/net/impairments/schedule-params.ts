import type * as z from 'zod';
import type { Nanos } from '../../core/event-queue';
import { duration } from '../../core/params';

/** Refuses steps that are not in ascending order of time. */
export function ascending(steps: readonly { readonly at: Nanos }[], context: z.RefinementCtx): void {
  steps.forEach(({ at }, i) => {
    if (i === 0 || at > steps[i - 1]!.at) return;
    const message = 'expected a later time than that of the step before';
    context.addIssue({ code: 'custom', message, path: [i, 'at'], input: at });
  });
}

/** Parameter `repeat`. */
export const repeat = duration('begin anew after this time; 0 s = never. What is not over by then is left out', '0 s');
