import { type MsrpRequest, MsrpWire } from '../msrp/message';
import { isNotice } from '../msrp/notice';
import { contentFor, parseSealed, type ReadingKeys } from '../security/messages';
import { CONTENT_TYPES } from '../security/tls/record';
import type { StreamMessage } from '../transport/byte-stream';

/** A message of a user, or a record that may have one in it. */
export function isContent(message: StreamMessage): boolean {
  if (message instanceof MsrpWire) {
    const { message: request } = message;
    return request.kind === 'request' && request.method === 'SEND' && request.body !== '' && !isNotice(request);
  }
  return message.encode !== undefined && message.encode()[0] === CONTENT_TYPES.application_data;
}

/** Whether the node `name` can read the content of `message`: it is in the clear, or its key was given to that node. */
export function canRead(message: StreamMessage, name: string, keys: ReadingKeys): boolean {
  if (!(message instanceof MsrpWire)) return false;
  const { contentType, body } = requestIn(message);
  if (contentType === 'text/plain') return true;
  const sealed = parseSealed(body);
  return sealed !== null && contentFor(name, sealed, keys) !== null;
}

export function requestIn({ message }: MsrpWire): MsrpRequest {
  return message as MsrpRequest;
}
