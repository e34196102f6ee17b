import { Protocol } from '../../../sim/core/packet';
import type { Node } from '../../../sim/net/node';
import type { RunningSession } from '../../../sim/scenario/running-session';
import { type TcpConnection, STATE_NAMES } from '../../../sim/tcp/connection';
import { TcpStack } from '../../../sim/tcp/stack';
import type { SendingState } from '../../../sim/transport/byte-stream';
import type { Fact, Section } from '../protocol';
import { bytes, count, span } from './text';

/** Connections of one session that are shown. */
const MOST = 4;

/** A session, and every connection that carries it: one for each leg where it is relayed. */
export function ofSession(session: RunningSession): Section[] {
  const { spec, app, current } = session;
  const general: Fact[] = [
    { name: 'path', value: `${spec.from} to ${spec.to}, ${spec.path}` },
    { name: 'application', value: spec.app.name },
    { name: 'transport', value: spec.transport.protocol },
    { name: 'delivered', value: bytes(app.received) },
    { name: 'segments sent', value: `${session.segmentsSent}, ${session.retransmittedSegments} of them again` },
  ];
  if (session.relays.length > 0) general.push({ name: 'held by relays', value: bytes(session.relayBuffered) });
  const head: Section = { title: `Session ${spec.name}`, facts: general };
  // circuits carry all their sessions under no flow of theirs
  const flows = spec.path === 'aggregated' ? [0, session.flow] : [session.flow];
  const found = flows.flatMap((flow) => session.route.flatMap((node) => connectionsAt(node, flow)));
  if (found.length > 0) return [head, ...shown(found)];
  if (current?.sender === null || current === null) return [head];
  return [head, { title: 'Connection', facts: sending(current.sender) }];
}

/** Ends of TCP connections on a node that carry a session, those that send first. */
export function connectionsAt(node: Node, flow: number): TcpConnection[] {
  const found: TcpConnection[] = [];
  const stack = node.transports[Protocol.tcp];
  if (!(stack instanceof TcpStack)) return found;
  stack.visit((connection) => {
    if (connection.flow === flow) found.push(connection);
  });
  return found.sort((a, b) => a.localPort - b.localPort);
}

/** The ends that send data; where there are more than can be shown, the last says how many. */
export function shown(all: readonly TcpConnection[]): Section[] {
  const senders = all.filter(({ sender }) => sender === null || sender.segmentsSent > 0);
  const these = senders.length > 0 ? senders : all;
  const sections = these.slice(0, MOST).map(ofConnection);
  const rest = these.length - sections.length;
  return rest === 0 ? sections : [...sections, { title: `and ${count(rest, 'more connection')}`, facts: [] }];
}

export function ofConnection(connection: TcpConnection): Section {
  const { state, sender, stack, receiver } = connection;
  const { node } = stack;
  const there = node.simulation.ownerOf(connection.remoteAddress).name;
  const facts: Fact[] = [{ name: 'state', value: stateName(state) }];
  if (sender !== null) {
    facts.push(
      ...sending(sender),
      { name: 'RTO', value: span(sender.rtt.rto) },
      { name: 'recovery', value: sender.recovery.inRecovery ? 'lost segments are being sent again' : 'none' },
      { name: 'snd.una', value: String(sender.una) },
      { name: 'snd.nxt', value: String(sender.nxt) },
      { name: 'snd.wnd', value: bytes(sender.wnd) },
      { name: 'to be sent', value: sender.end - sender.nxt > 1e12 ? 'without end' : bytes(sender.end - sender.nxt) },
      { name: 'rcv.nxt', value: String(receiver.nxt) },
    );
  }
  const kind = connection.flow === 0 ? 'Circuit, TCP' : 'TCP';
  return { title: `${kind} ${node.name}:${connection.localPort} to ${there}:${connection.remotePort}`, facts };
}

function sending({ cc, inFlight, rtt }: SendingState): Fact[] {
  return [
    { name: 'cwnd', value: bytes(cc.cwnd) },
    { name: 'ssthresh', value: cc.ssthresh === Infinity ? 'not set' : bytes(cc.ssthresh) },
    { name: 'in flight', value: bytes(inFlight) },
    { name: 'SRTT', value: rtt.samples === 0 ? 'not measured' : span(rtt.srtt) },
  ];
}

/** As RFC 9293 section 3.3.2 writes it: `FIN-WAIT-1`. */
function stateName(state: number): string {
  return (STATE_NAMES[state] ?? '').replace(/([a-z])([A-Z0-9])/g, '$1-$2').toUpperCase();
}
