import { bytesOf } from '../core/byte-text';

/** Which bytes of a message a chunk has, counted from 1 (RFC 4975 section 7.1.1). UNKNOWN stands for `*`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
  readonly total: number;
}

export const UNKNOWN = -1;

/** How the end-line says what follows (RFC 4975 section 7.1): the message is complete, goes on, or was given up. */
export const Continuation = { complete: '$', more: '+', aborted: '#' } as const;
export type Continuation = (typeof Continuation)[keyof typeof Continuation];

export interface MsrpHeader {
  readonly name: string;
  readonly value: string;
}

interface MsrpFields {
  /** Transaction identifier: 4 to 32 characters. */
  readonly id: string;
  /** URIs, next hop first (RFC 4975 section 7.1). */
  readonly toPath: readonly string[];
  readonly fromPath: readonly string[];
  /** Header fields that nobody here reads. */
  readonly others: readonly MsrpHeader[];
  readonly continuation: Continuation;
}

/** SEND, REPORT (RFC 4975), AUTH (RFC 4976), or a method that nobody here knows. */
export interface MsrpRequest extends MsrpFields {
  readonly kind: 'request';
  readonly method: string;
  /** '' for none, as in AUTH. */
  readonly messageId: string;
  readonly byteRange: ByteRange | null;
  readonly successReport: boolean;
  readonly failureReport: 'yes' | 'no' | 'partial';
  /** Of a REPORT: the status code it tells of (RFC 4975 section 7.1.2); 0 in others. */
  readonly status: number;
  /** '' for none: then there is no body. */
  readonly contentType: string;
  /** One character per byte. */
  readonly body: string;
}

export interface MsrpResponse extends MsrpFields {
  readonly kind: 'response';
  readonly status: number;
  /** '' for none. */
  readonly comment: string;
}

export type MsrpMessage = MsrpRequest | MsrpResponse;

/** The first header field of that name, in lower case, of those that have no field of their own here. */
export function headerOf({ others }: Pick<MsrpFields, 'others'>, name: string): string | undefined {
  return others.find((header) => header.name.toLowerCase() === name)?.value;
}

/** Fields of which most requests have none. */
export const NO_FIELDS = {
  others: [],
  continuation: Continuation.complete,
  messageId: '',
  byteRange: null,
  successReport: false,
  failureReport: 'yes',
  status: 0,
  contentType: '',
  body: '',
} as const;

/** The message as it stands on the wire (RFC 4975 section 9), one character per byte. */
export function msrpText(message: MsrpMessage): string {
  const { id, toPath, fromPath, others, continuation } = message;
  let text = `MSRP ${id} ${startOf(message)}\r\nTo-Path: ${toPath.join(' ')}\r\nFrom-Path: ${fromPath.join(' ')}\r\n`;
  if (message.kind === 'request') text += fieldsOf(message);
  for (const { name, value } of others) text += `${name}: ${value}\r\n`;
  // Content-Type is the last header field, and announces the body (RFC 4975 section 7.1)
  if (message.kind === 'request' && message.contentType !== '') {
    text += `Content-Type: ${message.contentType}\r\n\r\n${message.body}\r\n`;
  }
  return `${text}-------${id}${continuation}\r\n`;
}

function startOf(message: MsrpMessage): string {
  if (message.kind === 'request') return message.method;
  return message.comment === '' ? statusText(message.status) : `${statusText(message.status)} ${message.comment}`;
}

function fieldsOf({ messageId, byteRange, successReport, failureReport, status }: MsrpRequest): string {
  let text = messageId === '' ? '' : `Message-ID: ${messageId}\r\n`;
  if (successReport) text += 'Success-Report: yes\r\n';
  if (failureReport !== 'yes') text += `Failure-Report: ${failureReport}\r\n`;
  if (byteRange !== null) text += `Byte-Range: ${byteRangeText(byteRange)}\r\n`;
  if (status !== 0) text += `Status: 000 ${statusText(status)}\r\n`;
  return text;
}

export function byteRangeText({ start, end, total }: ByteRange): string {
  return `${start}-${end === UNKNOWN ? '*' : end}/${total === UNKNOWN ? '*' : total}`;
}

function statusText(status: number): string {
  return String(status).padStart(3, '0');
}

/** A message with what the wire needs to know of it: the content of a stretch of a byte stream. */
export class MsrpWire {
  /** Bytes. */
  readonly size: number;

  constructor(readonly message: MsrpMessage) {
    this.size = msrpText(message).length;
  }

  encode(): Uint8Array {
    return bytesOf(msrpText(this.message));
  }
}
