/**
 * Zero as V8 keeps it in a field of doubles. A field that begins with a plain 0 is taken for one of small integers, and with
 * the first time or fraction that is stored in it all optimised code that touches objects of its class is thrown away.
 */
export const ZERO = -0;

/** An empty list of doubles, for the same reason: `[]` is one of small integers. */
export const NO_DOUBLES: number[] = emptyDoubles();

function emptyDoubles(): number[] {
  const doubles = [0.5];
  doubles.length = 0;
  return doubles;
}
