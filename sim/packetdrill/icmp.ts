import { State } from '../tcp/connection';
import { offset } from './flow';
import type { Process } from './process';
import type { IcmpMessage } from './script';
import { TcpSocket } from './socket';

/** What an error message says of a connection: errno, and whether it ends one that is being opened. */
interface Meaning {
  readonly errno: string;
  readonly hard: boolean;
}

/** Codes of Destination Unreachable in order. Hard are those that RFC 9293 section 3.9.2.2 calls so. */
const UNREACHABLE: readonly (readonly [code: string, errno: string, hard: boolean])[] = [
  ['net_unreachable', 'ENETUNREACH', false],
  ['host_unreachable', 'EHOSTUNREACH', false],
  ['protocol_unreachable', 'ENOPROTOOPT', true],
  ['port_unreachable', 'ECONNREFUSED', true],
  ['frag_needed', 'EMSGSIZE', false],
  ['source_route_failed', 'EOPNOTSUPP', false],
  ['net_unknown', 'ENETUNREACH', false],
  ['host_unknown', 'EHOSTDOWN', false],
  ['source_host_isolated', 'ENONET', false],
  ['net_prohibited', 'ENETUNREACH', false],
  ['host_prohibited', 'EHOSTUNREACH', false],
  ['net_unreachable_for_tos', 'ENETUNREACH', false],
  ['host_unreachable_for_tos', 'EHOSTUNREACH', false],
  ['packet_filtered', 'EHOSTUNREACH', false],
  ['precedence_violation', 'EHOSTUNREACH', false],
  ['precedence_cutoff', 'EHOSTUNREACH', false],
];

const IPV4_AND_TCP_HEADERS = 40;

/**
 * An ICMP message reaches the host (RFC 9293 section 3.9.2.2, RFC 5927): a hard error ends a connection that is being
 * opened; an established one survives all of them. A connected UDP socket is told of a hard one (RFC 1122 section 4.1.3.3).
 * Returns what cannot be simulated, or null.
 */
export function onIcmp(message: IcmpMessage, process: Process): string | null {
  if (message.aboutUdp) {
    const meaning = meaningOf(message);
    if (meaning?.hard === true) process.datagrams?.refuse(meaning.errno);
    return null;
  }
  const { flow } = process;
  const connection = flow?.connection ?? null;
  if (connection === null || flow === null || connection.state === State.closed) return null;
  const meaning = meaningOf(message);
  if (meaning === null) return null;
  if (meaning.errno === 'EMSGSIZE') {
    const isSmaller = message.mtu !== null && message.mtu < connection.config.mss + IPV4_AND_TCP_HEADERS;
    return isSmaller && connection.sender !== null ? 'path MTU discovery is not simulated' : null;
  }
  // RFC 5927 section 4: only about something in flight
  const { sender } = connection;
  if (sender !== null && message.echoedSeq !== null) {
    const seq = offset(message.echoedSeq, 0);
    if (seq < sender.una || seq >= sender.nxt) return null;
  }
  if (!meaning.hard || connection.state >= State.established) return null;
  const socket = connection.delegate;
  if (socket instanceof TcpSocket) socket.error = meaning.errno;
  connection.finish('refused');
  return null;
}

function meaningOf({ type, code }: IcmpMessage): Meaning | null {
  if (type !== 'unreachable' && type !== 'type_3') return null;
  const number = /^code_(\d+)$/.exec(code);
  const found = number ? UNREACHABLE[Number(number[1])] : UNREACHABLE.find(([name]) => name === code);
  return found ? { errno: found[1], hard: found[2] } : null;
}
