import { responseTo } from './connection';
import { type MsrpMessage, type MsrpRequest, NO_FIELDS } from './message';

/** Content of a message in which an intermediary tells an end of a session that it is there. */
const NOTICE_TYPE = 'application/x-intermediary-notice';

/**
 * The notice of the intermediary called `name` at `relay` to the end at `reader`, both MSRP URIs: a SEND of its own in the session
 * (draft-mankin-im-session-guide-00 section 5: "notify all participants of their presence through ... session messaging").
 * It asks for no answer, and an end may give one: 200 is consent, 403 a refusal (RFC 4975 section 10).
 */
export function noticeTo(reader: string, relay: string, name: string, id: string): MsrpRequest {
  const body = `${name} is an intermediary in this session, and reads whole messages.`;
  return {
    kind: 'request',
    ...NO_FIELDS,
    id,
    method: 'SEND',
    toPath: [reader],
    fromPath: [relay],
    messageId: `notice.${id}`,
    byteRange: { start: 1, end: body.length, total: body.length },
    failureReport: 'no',
    contentType: NOTICE_TYPE,
    body,
  };
}

export function isNotice({ method, contentType }: MsrpRequest): boolean {
  return method === 'SEND' && contentType === NOTICE_TYPE;
}

/** Who writes a notice: certificates name it so. */
export function intermediaryIn({ body }: MsrpRequest): string {
  return body.slice(0, body.indexOf(' '));
}

/** The answer of an end to a notice: one party's consent (RFC 3238 section 2.1), or none. */
export function answerTo(notice: MsrpRequest, isGiven: boolean): MsrpMessage {
  return isGiven ? responseTo(notice) : responseTo(notice, 403, 'Forbidden');
}
