import { distance } from 'fastest-levenshtein';

/** The known name that `word` is most likely a misspelling of, or undefined when none is near. */
export function closestTo(word: string, known: readonly string[]): string | undefined {
  const wanted = plain(word);
  let best: string | undefined;
  // Half of the letters may differ; of one or two, none.
  let least = wanted.length < 3 ? 1 : Math.floor(wanted.length / 2) + 1;
  for (const name of known) {
    const candidate = plain(name);
    const steps = isNearlySame(wanted, candidate)
      ? Math.min(1, distance(wanted, candidate))
      : distance(wanted, candidate);
    if (steps >= least) continue;
    best = name;
    least = steps;
  }
  return best;
}

/** ' (did you mean NAME?)', or nothing when none is near or there is nothing to choose from. */
export function suggestion(word: string, known: readonly string[]): string {
  const name = known.length > 1 ? closestTo(word, known) : undefined;
  return name === undefined ? '' : ` (did you mean ${name}?)`;
}

/** One is the beginning of the other, or they differ in the order of letters only. */
function isNearlySame(a: string, b: string): boolean {
  if (a.length < 3 || b.length < 3) return a === b;
  return a.startsWith(b) || b.startsWith(a) || [...a].sort().join() === [...b].sort().join();
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[-_ ]/g, '');
}
