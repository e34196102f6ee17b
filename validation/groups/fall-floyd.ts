import { type Packet } from '../../sim/core/packet';
import { Drop } from '../../sim/net/queue';
import { build } from '../../sim/scenario/build';
import type { TcpConnection } from '../../sim/tcp/connection';
import type { Link } from '../../sim/net/link';
import { type Check, type Row, within } from '../check';
import { referenceText } from '../reference';
import { scenario, seedOf, type Written } from '../scenario';

/** One packet time at the bottleneck: 1040 B at 0.8 Mbit/s. */
const PACKET_TIME = 0.0104;
const PAYLOAD = 1000;
const END = 6;

interface Variant {
  readonly name: string;
  /** Column of the reference. */
  readonly reference: string;
  readonly congestionControl: Written;
  readonly tcp: Readonly<Record<string, unknown>>;
  /** How far the cumulative acknowledgement at the end may be off, packets. */
  readonly slack: number;
}

const newreno: Written = { newreno: { avoidBurst: false } };

const VARIANTS: readonly Variant[] = [
  {
    name: 'Tahoe',
    reference: 'tahoe',
    congestionControl: 'tahoe',
    tcp: { lossRecovery: 'tahoe', sack: false },
    slack: 2,
  },
  {
    name: 'Reno of 1990',
    reference: 'reno1996',
    congestionControl: newreno,
    tcp: { lossRecovery: 'reno-1990', sack: false },
    slack: 2,
  },
  {
    name: 'Reno with the recover guard',
    reference: 'reno',
    congestionControl: newreno,
    tcp: { lossRecovery: 'reno', sack: false },
    slack: 2,
  },
  {
    name: 'NewReno',
    reference: 'newreno',
    congestionControl: newreno,
    tcp: { lossRecovery: 'newreno-1996', sack: false },
    slack: 2,
  },
  {
    name: 'SACK of 1996',
    reference: 'sack',
    congestionControl: newreno,
    tcp: { lossRecovery: 'sack-1996', sack: true },
    slack: 2,
  },
];

const CASES = { onedrop: [14], twodrops: [14, 28], threedrops: [14, 26, 28], fourdrops: [14, 24, 26, 28] } as const;
type Case = keyof typeof CASES;

/** A data packet sent again, or the retransmission timer firing. */
interface Event {
  readonly packet: number;
  readonly time: number;
}

interface Trace {
  readonly retransmissions: readonly Event[];
  readonly drops: readonly Event[];
  readonly timeouts: number;
  /** Highest packet acknowledged at the end. */
  readonly acknowledged: number;
}

/** `14@2.0692 28@3.28108(RTO)` */
function events(text: string): Event[] {
  return [...text.matchAll(/(\d+)@([\d.]+)/g)].map(([, packet, time]) => ({
    packet: Number(packet),
    time: Number(time),
  }));
}

function published(name: Case, variant: string): Trace {
  const [head, ...lines] = referenceText('ns2-traces/summary.psv').trim().split('\n');
  const columns = head!.split('|');
  const line = lines.map((text) => text.split('|')).find((cells) => cells[0] === name && cells[1] === variant);
  if (line === undefined) throw new Error(`no trace of ${variant}, ${name}`);
  const cell = (start: string): string => line[columns.findIndex((column) => column.startsWith(start))]!;
  return {
    drops: events(cell('drops(')),
    retransmissions: events(cell('retransmissions(')),
    timeouts: Number(cell('n_RTO')),
    acknowledged: Number(cell('cum_ack')),
  };
}

function simulated(drop: readonly number[], { congestionControl, tcp }: Variant): Trace {
  const plain = { 'drop-tail': { limit: '8 packets' } };
  const topology = {
    graph: {
      nodes: ['S', 'R', 'K'],
      links: [
        { between: ['S', 'R'], rate: '8 Mbit/s', delay: '0 ms' },
        {
          between: ['R', 'K'],
          rate: '0.8 Mbit/s',
          delay: '100 ms',
          queue: { scripted: { drop, limit: '8 packets' } },
          back: { queue: plain },
        },
      ],
    },
  };
  const endpoint = {
    mss: PAYLOAD,
    timestamps: false,
    windowScaling: false,
    initialWindow: 2,
    receiveBuffer: `${28 * PAYLOAD} B`,
    delayedAckSegments: 1,
    initialRto: '6 s',
    minRto: '1 s',
    rtoGranularity: '100 ms',
    limitedTransmit: false,
    frto: false,
    prr: false,
    ...tcp,
  };
  const text = { name: 'ftp', congestionControl, tcp: endpoint, start: '1 s' };
  const { simulation, sessions } = build(scenario(topology, [text], `${END} s`, '0 s'), seedOf(1));
  const now = (): number => simulation.events.now / 1e9;
  const retransmissions: Event[] = [];
  const drops: Event[] = [];
  let highest = -1;
  const [access, , bottleneck] = simulation.links as [Link, Link, Link];
  access.tap = {
    onSend: (p: Packet) => {
      if (p.length === 0) return;
      if (p.seq <= highest) retransmissions.push({ packet: packetOf(p.seq), time: now() });
      else highest = p.seq;
    },
    onArrive: () => undefined,
    onDrop: () => undefined,
  };
  bottleneck.tap = {
    onSend: () => undefined,
    onArrive: () => undefined,
    onDrop: (p: Packet, _: Link, reason: Drop) => {
      if (reason === Drop.loss) drops.push({ packet: packetOf(p.seq), time: now() });
    },
  };
  simulation.run(END * 1e9);
  const sender = (sessions[0]!.current as TcpConnection).sender!;
  return { retransmissions, drops, timeouts: sender.timeouts, acknowledged: packetOf(sender.una) - 1 };
}

/** Packets are numbered from 1; 0 stands for the SYN. */
function packetOf(seq: number): number {
  return (seq - 1) / PAYLOAD + 1;
}

function show(list: readonly Event[]): string {
  return list.map(({ packet, time }) => `${packet}@${time.toFixed(4)}`).join(' ');
}

/** The same packets in the same order, each within one packet time. */
function agree(a: readonly Event[], b: readonly Event[]): boolean {
  return (
    a.length === b.length &&
    a.every((event, i) => event.packet === b[i]!.packet && Math.abs(event.time - b[i]!.time) <= PACKET_TIME)
  );
}

function compare(name: Case, variant: Variant): Row[] {
  const expected = published(name, variant.reference);
  const ours = simulated(CASES[name], variant);
  const what = `${variant.name}, ${CASES[name].length} drop${CASES[name].length > 1 ? 's' : ''}`;
  const low = expected.acknowledged - variant.slack;
  const high = expected.acknowledged + variant.slack;
  return [
    {
      what: `${what}: retransmissions`,
      expected: show(expected.retransmissions),
      ours: show(ours.retransmissions),
      verdict:
        agree(expected.drops, ours.drops) && agree(expected.retransmissions, ours.retransmissions)
          ? 'inside'
          : 'outside',
    },
    {
      what: `${what}: timeouts`,
      expected: String(expected.timeouts),
      ours: String(ours.timeouts),
      verdict: ours.timeouts === expected.timeouts ? 'inside' : 'outside',
    },
    {
      what: `${what}: acknowledged at ${END} s`,
      expected: `${expected.acknowledged} ± ${variant.slack}`,
      ours: String(ours.acknowledged),
      verdict: within(ours.acknowledged, low, high),
    },
  ];
}

const checks: Check[] = VARIANTS.flatMap((variant) =>
  (Object.keys(CASES) as Case[]).map((name) => ({
    name: `${variant.name} ${name}`,
    run: () => compare(name, variant),
  })),
);

export const fallFloyd = {
  title: 'One to four drops in a window',
  source: 'Fall and Floyd, CCR 26(3), 1996, run in ns-2.35: `test/reference/ns2-traces/`',
  method:
    'S -- 8 Mbit/s, 0 ms -- R -- 0.8 Mbit/s, 100 ms, 8 packets -- K; advertised window 28 packets, no delayed ACK, timer tick ' +
    '100 ms, minimum RTO 1 s. The packets named are dropped once, as they enter the bottleneck queue. Same packets dropped and ' +
    'retransmitted, in the same order, each within one packet time (10.4 ms). The first flight after the handshake is two ' +
    'segments, as in ns-2, where the packet that stands for the SYN has opened the window. SACK is RFC 6675 and is held against ' +
    'FACK, as a scoreboard of today; its cumulative acknowledgement within 6 packets, the others within 2.',
  checks,
};
