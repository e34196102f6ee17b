import { Timer } from '../../sim/core/event-queue';
import { build } from '../../sim/scenario/build';
import type { TcpConnection } from '../../sim/tcp/connection';
import { boundRow, type Check, mean, type Row } from '../check';
import { scenario, seedOf, type SessionText, type Written } from '../scenario';

const SEGMENT = 1448;
const START = 5;

interface Sample {
  /** Seconds. */
  readonly time: number;
  /** Segments. */
  readonly cwnd: number;
  readonly alpha: number;
  /** Payload bytes received so far. */
  readonly received: number;
}

/** The network of the programme: 50 Mbit/s with CoDel between two 1 Gbit/s links; a flow from 5 s on, sampled each ms. */
function trace(rtt: number, queue: Written, session: Omit<SessionText, 'name'>, until: number): Sample[] {
  const fast = { rate: '1 Gbit/s', delay: '1 us', queue: { 'drop-tail': { limit: '10000 packets' } } };
  const network = {
    graph: {
      nodes: ['server', 'wan', 'lan', 'client'],
      links: [
        { between: ['server', 'wan'], ...fast },
        { between: ['wan', 'lan'], rate: '50 Mbit/s', delay: `${rtt / 2} ms`, queue, back: { rate: '1 Gbit/s' } },
        { between: ['lan', 'client'], ...fast },
      ],
    },
  };
  const what = scenario(network, [{ name: 'A', start: `${START} s`, ...session }], `${until} s`, '0 s');
  const { simulation, sessions } = build(what, seedOf(1));
  const samples: Sample[] = [];
  const timer = new Timer(simulation.events, () => {
    const cc = (sessions[0]!.current as TcpConnection | null)?.cc;
    samples.push({
      time: simulation.events.now / 1e9,
      cwnd: (cc?.cwnd ?? 0) / SEGMENT,
      alpha: cc?.readout()['alpha'] ?? 0,
      received: sessions[0]!.app.received,
    });
    timer.arm(simulation.events.now + 1e6);
  });
  timer.arm(START * 1e9);
  simulation.run(until * 1e9);
  return samples;
}

function between(samples: readonly Sample[], from: number, to: number): Sample[] {
  return samples.filter(({ time }) => time >= from && time < to);
}

/** Shapes to 15 %: the transport is another. Times in seconds after the start of the flow. */
function shape(what: string, published: number, ours: number, decimals: number): Row {
  return boundRow(what, published.toFixed(decimals), ours, 0.85 * published, 1.15 * published, decimals);
}

const cubicShape: Check = {
  name: 'ns-3 CUBIC',
  run: () => {
    const queue = { codel: { ecn: false, limit: '1000 packets' } };
    const samples = trace(50, queue, { congestionControl: 'cubic' }, 20);
    const first = between(samples, 5, 6);
    const peak = first.reduce((a, b) => (b.cwnd > a.cwnd ? b : a));
    const after = between(samples, peak.time, 6.5);
    const trough = after.reduce((a, b) => (b.cwnd < a.cwnd ? b : a));
    const crest = (from: number, to: number): Sample =>
      between(samples, from, to).reduce((a, b) => (b.cwnd > a.cwnd ? b : a));
    const second = crest(8, 16);
    const third = crest(second.time + 1, 20);
    return [
      shape('CUBIC: first maximum of cwnd, segments', 511, peak.cwnd, 0),
      shape('CUBIC: its time, s after the start', 0.459, peak.time - START, 3),
      shape('CUBIC: cwnd after the first reduction, segments', 173, trough.cwnd, 0),
      shape('CUBIC: its time, s after the start', 0.803, trough.time - START, 3),
      shape('CUBIC: next maximum of cwnd, segments', 236, second.cwnd, 0),
      shape('CUBIC: its time, s after the start', 9.28, second.time - START, 2),
      shape('CUBIC: the maximum after it, segments', 234, third.cwnd, 0),
      shape('CUBIC: its time, s after the start', 13.05, third.time - START, 2),
    ];
  },
};

const dctcpShape: Check = {
  name: 'ns-3 DCTCP',
  run: () => {
    const queue = { codel: { ceThreshold: '1 ms', limit: '1000 packets' } };
    const samples = trace(10, queue, { congestionControl: 'dctcp', tcp: { ecn: 'dctcp' } }, 15);
    const rate = (from: number, to: number): number => {
      const span = between(samples, from, to);
      const [a, b] = [span[0]!, span[span.length - 1]!];
      return ((b.received - a.received) * 8) / (b.time - a.time) / 1e6;
    };
    const windows = Array.from({ length: 47 }, (_, i) => rate(5.6 + 0.2 * i, 5.8 + 0.2 * i));
    const alpha = mean(between(samples, 7, 15).map((sample) => sample.alpha));
    return [
      boundRow(
        'DCTCP: smallest rate of 200 ms after 5.6 s, Mbit/s',
        '48 to 49',
        Math.min(...windows),
        48 * 0.85,
        49,
        2,
      ),
      boundRow('DCTCP: mean rate after 5.6 s, Mbit/s', '48 to 49', rate(5.6, 15), 48, 49, 2),
      boundRow('DCTCP: mean alpha after 7 s', '0.06 to 0.085', alpha, 0.85 * 0.06, 1.15 * 0.085, 3),
      boundRow(
        'DCTCP: the same, as ns-3.37 has it in this network (`bench/peers/ns3/dctcp-alpha.cc`)',
        '0.122 to 0.131',
        alpha,
        0.85 * 0.122,
        1.15 * 0.131,
        3,
      ),
    ];
  },
};

export const ns3Validation = {
  title: "CUBIC's trajectory and DCTCP's alpha",
  source: 'ns-3, `examples/tcp/tcp-validation.cc`; `test/reference/splitting.md` 5',
  method:
    '1 Gbit/s, 50 Mbit/s with CoDel, 1 Gbit/s; CUBIC with RTT 50 ms and no ECN, DCTCP with RTT 10 ms and a CE threshold of 1 ms. ' +
    'Shapes to 15 %, since the transport is another: it has HyStart where ours has HyStart++, and a device queue after CoDel.',
  checks: [cubicShape, dctcpShape],
};
