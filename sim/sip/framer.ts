import { textOf } from '../core/byte-text';
import { Malformed } from '../core/malformed';
import { ABSENT, type SipMessage } from './message';
import { type Head, leadingLines, parseHead } from './parse';

/** Most bytes of header fields, and of a body, that are waited for. */
const MOST_HEAD = 65536;
const MOST_BODY = 16 * 2 ** 20;

/** Cuts a byte stream into messages by their Content-Length (RFC 3261 section 18.3). */
export class SipFramer {
  private text = '';
  /** Read, and waiting for its body. */
  private head: Head | null = null;
  /** Where to look for the end of the header fields: what is before has none. */
  private looked = 0;

  /** Messages that these bytes complete. Throws `Malformed`: the stream cannot be read any further. */
  feed(bytes: Uint8Array): SipMessage[] {
    this.text += textOf(bytes);
    const messages: SipMessage[] = [];
    for (let message = this.next(); message !== null; message = this.next()) messages.push(message);
    return messages;
  }

  private next(): SipMessage | null {
    const head = (this.head ??= this.readHead());
    if (head === null || this.text.length < head.contentLength) return null;
    const body = this.text.slice(0, head.contentLength);
    this.text = this.text.slice(head.contentLength);
    this.head = null;
    return { ...head.message, body };
  }

  private readHead(): Head | null {
    // keep-alives between messages are empty lines (RFC 5626 section 3.5.1)
    if (this.looked === 0) this.text = this.text.slice(leadingLines(this.text));
    const end = this.text.indexOf('\r\n\r\n', Math.max(0, this.looked - 3));
    if (end < 0) {
      this.looked = this.text.length < 4 ? 0 : this.text.length;
      if (this.looked > MOST_HEAD) throw new Malformed(`no empty line within ${MOST_HEAD} bytes`);
      return null;
    }
    const head = parseHead(this.text.slice(0, end));
    this.text = this.text.slice(end + 4);
    this.looked = 0;
    // RFC 3261 section 20.14: mandatory over streams
    if (head.contentLength === ABSENT) throw new Malformed('no Content-Length in a stream');
    if (head.contentLength > MOST_BODY) throw new Malformed(`a body of more than ${MOST_BODY} bytes`);
    return head;
  }
}
