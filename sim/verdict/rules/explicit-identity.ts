import type { MsrpRequest } from '../../msrp/message';
import { hostIn } from '../interposed';
import type { Seen } from '../observation';
import { broken, type Finding, kept, notExercised, overSessions, type Rule } from '../rule';
import type { SessionEvidence } from '../session-evidence';

/** Who, in which session, the how manieth: in every message itself. */
export const explicitIdentity: Rule = {
  name: 'explicit-identity',
  level: 'MUST',
  section: '5, third',
  sentence:
    'A transport/session layer protocol for instant messaging sessions MUST explicitly specify the identities of the participants in the session, a unique session identifier, and sequencing information for messages in a session.',
  mend: 'Carry messages by MSRP (RFC 4975): From-Path and To-Path say who and which session, Message-ID and Byte-Range where it belongs.',
  judge: ({ sessions }) => overSessions(sessions, (session) => judge(session, sessions)),
};

function judge(session: SessionEvidence, all: readonly SessionEvidence[]): Finding {
  const { sends, sipMessages, legs } = session;
  const inDialog = sipMessages.filter((one) => one.inDialog);
  if (sends.length > 0) return ofMsrp(sends, all);
  if (inDialog.length > 0) {
    const [first] = inDialog;
    const { from, to, callId, cseq } = first!.message;
    const text = `From ${from.uri.user}, To ${to.uri.user}, Call-ID ${callId}, CSeq ${cseq.number}`;
    return kept(`each of ${inDialog.length} messages has From, To, Call-ID and CSeq`, [
      { text, packets: [first!.ref] },
    ]);
  }
  const [leg] = legs;
  if (sipMessages.length > 0) return notExercised('each message stands for itself: there is no session');
  if (leg === undefined) return notExercised(`${session.name} has carried nothing`);
  const packets = [leg.opener.firstData ?? leg.first];
  const found = [...leg.contents].join(', ');
  return broken('the bytes on the wire name nobody: no identities, no session, no numbers', [
    { text: `${leg.text} carries ${found}`, packets },
  ]);
}

function ofMsrp(sends: readonly Seen<MsrpRequest>[], all: readonly SessionEvidence[]): Finding {
  const without = sends.find(({ message }) => missing(message) !== null);
  if (without !== undefined) {
    return broken(`a message has ${missing(without.message)!}`, [{ text: without.message.messageId, packets: [without.ref] }]); // prettier-ignore
  }
  const first = sends[0]!;
  const { fromPath, toPath, messageId } = first.message;
  const named = new Set(all.flatMap((one) => one.sends).map(({ message }) => message.toPath.at(-1)));
  const text = `From-Path ${fromPath.at(-1)!}, To-Path ${toPath.at(-1)!}, Message-ID ${messageId}`;
  return kept(
    `each of ${sends.length} chunks says who, in which session (${named.size} on the wire) and which message`,
    [{ text, packets: [first.ref] }],
  );
}

function missing({ fromPath, toPath, messageId, byteRange }: MsrpRequest): string | null {
  if (hostIn(fromPath.at(-1) ?? '') === null) return 'no From-Path that names its writer';
  if (hostIn(toPath.at(-1) ?? '') === null) return 'no To-Path that names its reader';
  if (!/\/[^;]+;/.test(toPath.at(-1)!.replace('://', ''))) return 'no session in its To-Path';
  if (messageId === '') return 'no Message-ID';
  return byteRange === null ? 'no Byte-Range' : null;
}
