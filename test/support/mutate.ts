import type { RandomStream } from '../../sim/core/random';

/** `text` as an attacker or a bad link would change it: bytes flipped, pieces lost, doubled, swapped, cut off. */
export function mutated(text: string, random: RandomStream): string {
  let result = text;
  const times = random.integer(1, 6);
  for (let i = 0; i < times; i++) result = mutatedOnce(result, random);
  return result;
}

const SPICE = ['\r\n', '\r\n\r\n', ' ', '\t', ':', ';', ',', '<', '>', '"', '\\', '@', '=', '%', '\0', '\xff', '-------', '$', '*', '0', '4294967296', '-1', 'SIP/2.0']; // prettier-ignore

function mutatedOnce(text: string, random: RandomStream): string {
  const at = random.integer(0, Math.max(0, text.length - 1));
  const length = random.integer(1, 30);
  const spice = SPICE[random.integer(0, SPICE.length - 1)]!;
  switch (random.integer(0, 5)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(random.integer(0, 255)) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at, at + length).repeat(random.integer(2, 20)) + text.slice(at + length);
    case 3:
      return text.slice(0, at) + spice.repeat(random.integer(1, 5)) + text.slice(at);
    case 4:
      return text.slice(0, at);
    default:
      return text.slice(at) + text.slice(0, at);
  }
}

/** Bytes that are no message at all. */
export function noise(random: RandomStream): string {
  let text = '';
  for (let n = random.integer(0, 200); n > 0; n--) text += String.fromCharCode(random.integer(0, 255));
  return text;
}
