import { closest, distance } from 'fastest-levenshtein';

/** The known name that `word` is most likely a misspelling of, or undefined when none is near. */
export function closestTo(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_ ]/g, '');
  const best = closest(plain(word), known.map(plain));
  const name = known[known.map(plain).indexOf(best)]!;
  return distance(plain(word), best) <= Math.max(1, Math.floor(plain(word).length / 3)) ? name : undefined;
}

/** ' (did you mean NAME?)', or nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const name = closestTo(word, known);
  return name === undefined ? '' : ` (did you mean ${name}?)`;
}
