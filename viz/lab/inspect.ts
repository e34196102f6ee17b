import type { Packet } from '../../sim/core/packet';
import { formatDuration, formatRate } from '../../sim/core/units';
import type { Link } from '../../sim/net/link';
import type { Node } from '../../sim/net/node';
import { Drop } from '../../sim/net/queue';
import type { LiveRun } from '../../sim/run/live-run';
import { relaysOf } from '../../sim/scenario/explain';
import { networkOf } from '../../sim/scenario/network';
import type { RunningSession } from '../../sim/scenario/running-session';
import { TcpConnection } from '../../sim/tcp/connection';
import { STATE_NAMES } from '../../sim/tcp/states';
import type { Fact, Target } from './protocol';

/** What there is to know about a part of a run, in lines of text. */
export function inspect(run: LiveRun, { kind, index }: Target): Fact[] {
  if (kind === 'link') return ofLink(run.links[index]!, run);
  if (kind === 'session') return ofSession(run.sessions[index]!);
  return ofNode(run.simulation.nodes[index]!, run);
}

function ofLink(link: Link, run: LiveRun): Fact[] {
  const onWire: Packet[] = [];
  link.visitWire((p) => onWire.push(p));
  const utilisation = run.now === 0 ? 0 : (link.transmittedBytes * 8e9) / run.now / link.rate;
  return [
    { name: 'link', value: link.name },
    { name: 'rate', value: formatRate(link.rate) },
    { name: 'propagation delay', value: formatDuration(link.delay) },
    { name: 'waiting', value: `${link.queuedPackets} packets, ${kilobytes(link.queuedBytes)}` },
    { name: 'on the wire', value: `${onWire.length} packets` },
    { name: 'transmitted', value: `${link.transmittedPackets} packets` },
    { name: 'utilisation so far', value: `${(100 * utilisation).toFixed(1)} %` },
    { name: 'dropped', value: `${link.droppedPackets} packets${reasons(link.drops)}` },
    { name: 'marked (ECN)', value: `${link.markedPackets} packets` },
    ...onWire.slice(-1).map((p) => ({ name: 'newest packet', value: packetText(p) })),
  ];
}

function ofNode(node: Node, run: LiveRun): Fact[] {
  const network = networkOf(run.scenario.network);
  const relayed = run.sessions.flatMap((session) => {
    const held = session.relays[relaysOf(session.spec, network).indexOf(node.name)]?.buffered;
    return held === undefined ? [] : [{ name: `relays ${session.spec.name}`, value: `holds ${kilobytes(held)}` }];
  });
  return [
    { name: 'node', value: node.name },
    { name: 'links', value: node.links.map((link) => link.to.name).join(', ') },
    { name: 'dropped here', value: `${node.drops.reduce((a, b) => a + b, 0)} packets${reasons(node.drops)}` },
    ...relayed,
  ];
}

function ofSession(session: RunningSession): Fact[] {
  const { spec, app, current } = session;
  const facts: Fact[] = [
    { name: 'session', value: spec.name },
    { name: 'path', value: `${spec.from} to ${spec.to}, ${spec.path}` },
    { name: 'application', value: spec.app.name },
    { name: 'delivered', value: kilobytes(app.received) },
  ];
  if (!(current instanceof TcpConnection) || current.sender === null) return facts;
  const { sender } = current;
  return [
    ...facts,
    { name: 'connection', value: STATE_NAMES[current.state] ?? '' },
    { name: 'congestion control', value: spec.transport.tcp.congestionControl.name },
    { name: 'cwnd', value: kilobytes(sender.cc.cwnd) },
    {
      name: 'ssthresh',
      value: sender.cc.ssthresh === Infinity ? 'not set' : kilobytes(sender.cc.ssthresh),
    },
    { name: 'in flight', value: kilobytes(sender.inFlight) },
    { name: 'SRTT', value: `${(sender.rtt.srtt / 1e6).toFixed(2)} ms` },
    { name: 'segments sent', value: `${session.segmentsSent}, ${session.retransmittedSegments} again` },
    { name: 'held by relays', value: kilobytes(session.relayBuffered) },
  ];
}

function packetText(p: Packet): string {
  return `flow ${p.flow}, ${p.size} B, seq ${p.seq}, ack ${p.ack}${p.length === 0 ? ', no payload' : ''}`;
}

const DROP_NAMES = Object.entries(Drop);

function reasons(drops: readonly number[]): string {
  const found = DROP_NAMES.filter(([, reason]) => (drops[reason] ?? 0) > 0).map(([name, r]) => `${name} ${drops[r]}`);
  return found.length === 0 ? '' : ` (${found.join(', ')})`;
}

function kilobytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}
