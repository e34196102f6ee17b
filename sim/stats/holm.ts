/**
 * p-values adjusted for the number of tests, in the same order: with those below 0.05 called real, the probability of even
 * one mistake is at most 5 %. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6 (1979).
 * NaN stays NaN and does not count.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].filter((i) => !Number.isNaN(pValues[i]!)).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = pValues.map(() => NaN);
  let least = 0;
  order.forEach((i, rank) => {
    least = Math.max(least, Math.min(1, (order.length - rank) * pValues[i]!));
    adjusted[i] = least;
  });
  return adjusted;
}
