import type { RandomStream } from './random';

const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** `length` random letters and digits, and the two signs of `more`: 6 random bits each. */
export function randomToken(random: RandomStream, length: number, more: string): string {
  const letters = ALPHANUMERIC + more;
  let token = '';
  for (let i = 0; i < length; i++) token += letters[random.word() & 63]!;
  return token;
}
