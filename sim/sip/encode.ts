import { bytesOf } from '../core/byte-text';
import { ABSENT, type SipMessage } from './message';
import { nameAddrText } from './name-addr';
import { uriText } from './uri';
import { viaText } from './via';

/** Names of header fields, in full and compact (RFC 3261 section 7.3.3). */
const FULL = { via: 'Via', from: 'From', to: 'To', callId: 'Call-ID', contact: 'Contact', type: 'Content-Type', length: 'Content-Length' }; // prettier-ignore
const COMPACT: typeof FULL = { via: 'v', from: 'f', to: 't', callId: 'i', contact: 'm', type: 'c', length: 'l' };

/** The message as it stands on the wire (RFC 3261 section 7), one character per byte. */
export function sipText(message: SipMessage, compact = false): string {
  const names = compact ? COMPACT : FULL;
  const { cseq, contacts, body } = message;
  let text =
    message.kind === 'request'
      ? `${message.method} ${uriText(message.uri)} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
  for (const via of message.vias) text += `${names.via}: ${viaText(via)}\r\n`;
  for (const route of message.routes) text += `Route: ${nameAddrText(route)}\r\n`;
  for (const route of message.recordRoutes) text += `Record-Route: ${nameAddrText(route)}\r\n`;
  if (message.maxForwards !== ABSENT) text += `Max-Forwards: ${message.maxForwards}\r\n`;
  text += `${names.to}: ${nameAddrText(message.to)}\r\n${names.from}: ${nameAddrText(message.from)}\r\n`;
  text += `${names.callId}: ${message.callId}\r\nCSeq: ${cseq.number} ${cseq.method}\r\n`;
  if (contacts === '*') text += `${names.contact}: *\r\n`;
  else for (const contact of contacts) text += `${names.contact}: ${nameAddrText(contact)}\r\n`;
  if (message.expires !== ABSENT) text += `Expires: ${message.expires}\r\n`;
  if (message.retryAfter !== ABSENT) text += `Retry-After: ${message.retryAfter}\r\n`;
  for (const { name, value } of message.others) text += `${name}: ${value}\r\n`;
  if (message.contentType !== '') text += `${names.type}: ${message.contentType}\r\n`;
  return `${text}${names.length}: ${body.length}\r\n\r\n${body}`;
}

/**
 * A message with what the wire needs to know of it: the content of a datagram, or of a stretch of a byte stream. The text is
 * not kept: most messages are never looked at as bytes.
 */
export class SipWire {
  constructor(
    readonly message: SipMessage,
    private readonly compact = false,
    /** Bytes. */
    readonly size = sipText(message, compact).length,
  ) {}

  /** The same bytes once more: every transmission is an object of its own, so that each has its own fate. */
  again(): SipWire {
    return new SipWire(this.message, this.compact, this.size);
  }

  encode(): Uint8Array {
    return bytesOf(sipText(this.message, this.compact));
  }
}
