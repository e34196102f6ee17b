import { type ByteRange, type MsrpRequest, NO_FIELDS } from './message';

/** What became of a message: status 200 is a receipt, others say why these bytes are lost (RFC 4975 section 7.1.2). */
export function reportOf(
  { messageId }: MsrpRequest,
  byteRange: ByteRange | null,
  status: number,
  id: string,
  toPath: readonly string[],
  fromUri: string,
): MsrpRequest {
  const fromPath = [fromUri];
  return { kind: 'request', ...NO_FIELDS, id, method: 'REPORT', toPath, fromPath, messageId, byteRange, status };
}
