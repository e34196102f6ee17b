/*
 * Text protocols are kept as strings in which each character is one byte (0 to 255): UTF-8 passes through unread, and the
 * length of the string is the size on the wire.
 */

const AT_ONCE = 8192;

/** The bytes of a text. A character beyond 255 is not a byte: it becomes a question mark. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes[i] = code < 256 ? code : 63;
  }
  return bytes;
}

/** The text of bytes. */
export function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(from, from + AT_ONCE));
  }
  return text;
}
