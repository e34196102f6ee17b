/** What was received breaks the grammar of its protocol. The message says what was expected, and what was there. */
export class Malformed extends Error {}

const MOST_QUOTED = 40;

/** A piece of what was received, for a message: short, and printable. */
export function quoted(text: string): string {
  const shown = text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}...` : text;
  return JSON.stringify(shown);
}
