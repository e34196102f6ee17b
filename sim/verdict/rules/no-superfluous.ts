import { uriText } from '../../sip/uri';
import { viaText } from '../../sip/via';
import type { SipRequest } from '../../sip/message';
import { nameAddrText } from '../../sip/name-addr';
import { broken, type Finding, kept, notExercised, overSessions, type Rule } from '../rule';
import type { SessionEvidence } from '../session-evidence';

/** Messages of a session do not carry what routes them. */
export const noSuperfluous: Rule = {
  name: 'no-superfluous-information',
  level: 'text',
  section: '3.3',
  sentence:
    "If at all possible, the session layer should not carry any superfluous information. While clearly SIP headers provide some of the information described above, they also contain a great deal of routing data (in Via headers, Record-Route and Route, for example) that don't immediately seem necessary in an instant messaging ...",
  mend: 'Establish the path once, in the signalling, and carry messages by MSRP or in a circuit.',
  judge: ({ sessions }) => overSessions(sessions, judge),
};

function judge({ sends, sipMessages }: SessionEvidence): Finding {
  if (sipMessages.length > 0) {
    const routing = sipMessages.map(({ message }) => routingBytes(message));
    const headers = sipMessages.map(({ message, bytes }) => bytes - message.body.length);
    const most = routing.indexOf(Math.max(...routing));
    const text = `${routing[most]!} bytes of Via, Route and Record-Route around ${sipMessages[most]!.message.body.length} bytes of content`;
    return broken(
      `each message carries ${mean(routing)} bytes that route it, of ${mean(headers)} bytes of header, again`,
      [{ text, packets: [sipMessages[most]!.ref] }],
    );
  }
  if (sends.length === 0) return notExercised('no message can be read on the wire');
  const headers = sends.map(({ message, bytes }) => bytes - message.body.length);
  const relays = sends.map(({ message }) => message.toPath.length + message.fromPath.length - 2);
  const routed = relays.findIndex((count) => count > 0);
  if (routed >= 0) {
    const { toPath, fromPath } = sends[routed]!.message;
    const text = `To-Path ${toPath.join(' ')}, From-Path ${fromPath.join(' ')}`;
    const bytes = sends.map((one) => [...one.message.toPath.slice(0, -1), ...one.message.fromPath.slice(0, -1)].join(' ').length); // prettier-ignore
    return broken(
      `each message carries ${mean(bytes)} bytes that route it, of ${mean(headers)} bytes of header, again`,
      [{ text, packets: [sends[routed]!.ref] }],
    );
  }
  return kept(`${mean(headers)} bytes of header on a message, none of which routes it`, [
    { text: `${headers[0]!} bytes around ${sends[0]!.message.body.length} of content`, packets: [sends[0]!.ref] },
  ]);
}

/** Bytes of header fields that say which way a message goes and came. */
function routingBytes({ vias, routes, recordRoutes, uri }: SipRequest): number {
  const lines = [
    ...vias.map((via) => `Via: ${viaText(via)}`),
    ...routes.map((route) => `Route: ${nameAddrText(route)}`),
    ...recordRoutes.map((route) => `Record-Route: ${nameAddrText(route)}`),
  ];
  return lines.reduce((sum, line) => sum + line.length + 2, uriText(uri).length);
}

function mean(values: readonly number[]): number {
  return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}
