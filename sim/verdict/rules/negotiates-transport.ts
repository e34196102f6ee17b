import type { Leg } from '../legs';
import { broken, kept, notExercised, overSessions, type Rule } from '../rule';
import type { Negotiation, SessionEvidence } from '../session-evidence';

/** Offer and answer in the signalling, and the session over what was answered. */
export const negotiatesTransport: Rule = {
  name: 'negotiates-transport',
  level: 'MUST',
  section: '5, first',
  sentence:
    'Preliminary signaling used to establish a session of instant messages MUST be capable of negotiating a common underlying transport protocol for instant messaging.',
  mend: 'Let the INVITE offer transports in SDP (RFC 3264, RFC 4975), and send messages over the one that was answered.',
  judge: ({ sessions }) => overSessions(sessions, judge),
};

function judge(session: SessionEvidence) {
  const { negotiations, client, legs, sipMessages } = session;
  const answered = negotiations.filter((one) => one.chosen !== null);
  if (negotiations.length === 0) return notExercised(`no signalling establishes ${session.name}`);
  const refused = negotiations.find((one) => one.chosen === null && one.answer !== null);
  if (answered.length === 0) {
    if (refused === undefined) return notExercised(`no offer of ${session.name} was answered`);
    return kept('the offer was refused in the signalling, before any session', [refusal(refused)]);
  }
  const own = legs.filter((leg) => leg.opener.node === client);
  const chosen = new Set<string>(answered.map((one) => one.chosen!));
  const first = answered[0]!;
  const agreed = {
    text: `${first.offered.join(', ')} offered, ${first.chosen!} answered`,
    packets: [first.offer.ref, first.answer!.ref],
  };
  const other = own.find(({ transport }) => !chosen.has(transport));
  if (other !== undefined) return broken(differs(other, chosen), [agreed, { text: other.text, packets: [other.first] }]); // prettier-ignore
  const inSignalling = sipMessages.find(({ inDialog, from }) => inDialog && from === client);
  if (inSignalling !== undefined) {
    const over = inSignalling.leg;
    const because = `the messages go by SIP over ${over.transport}, whatever the offer and the answer say`;
    return broken(because, [agreed, { text: over.text, packets: [inSignalling.ref] }]);
  }
  if (own.length === 0) return notExercised(`${session.name} was agreed on and carried nothing`);
  const used = own[0]!;
  return kept(`${first.chosen!} was agreed on and used`, [agreed, { text: used.text, packets: [used.first] }]);
}

function differs(leg: Leg, chosen: ReadonlySet<string>): string {
  return `the session runs over ${leg.transport}, and ${[...chosen].join(', ')} was agreed on`;
}

function refusal({ offered, answer }: Negotiation) {
  const { status } = answer!.message;
  const packets = [answer!.ref];
  return { text: `${offered.join(', ') || 'nothing'} offered, answered with ${status}`, packets };
}
