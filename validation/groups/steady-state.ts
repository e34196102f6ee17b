import { build } from '../../sim/scenario/build';
import { boundRow, type Check, mean, type Row } from '../check';
import { scenario, seedOf, type SessionText } from '../scenario';

/** Loss of one packet in `1 / p`: every one of that number, or each by chance. */
type Loss = 'periodic' | 'random';

/** As in ns-2 and in the models: nothing is taken off the window when recovery ends. */
const newreno = { newreno: { avoidBurst: false } };

interface Flow extends Pick<SessionText, 'congestionControl' | 'tcp'> {
  readonly loss: Loss;
  readonly p: number;
  /** Round-trip time, s. */
  readonly rtt: number;
  /** Simulated time, s, the first half of which is left out. */
  readonly seconds: number;
  readonly seeds: number;
}

/** Data segments sent per second by one flow on an otherwise empty 1 Gbit/s path; the mean over seeds. */
function segmentRate(flow: Flow): number {
  const { loss, p, rtt, seconds, seeds } = flow;
  const limit = '20000 packets';
  const network = {
    chain: {
      segments: 1,
      rate: '1 Gbit/s',
      rtt: `${1e3 * rtt} ms`,
      queue: loss === 'periodic' ? { scripted: { every: Math.round(1 / p), limit } } : { 'drop-tail': { limit } },
      loss: loss === 'random' ? p : 0,
    },
  };
  const text = { name: 'A', congestionControl: flow.congestionControl, tcp: flow.tcp ?? {}, start: '0 s' };
  const what = scenario(network, [text], `${seconds} s`, '0 s');
  const rates = Array.from({ length: seeds }, (_, i) => {
    const { simulation, sessions } = build(what, seedOf(i + 1));
    // the first slow start overshoots on so wide a path: half the run is left out
    const from = seconds / 2;
    simulation.run(from * 1e9);
    const before = sessions[0]!.segmentsSent;
    simulation.run(seconds * 1e9);
    return (sessions[0]!.segmentsSent - before) / (seconds - from);
  });
  return mean(rates);
}

/** Enough for a few dozen losses at least, whatever the rate. */
function duration(p: number, rate: number, losses: number): number {
  return Math.max(100, Math.ceil((2 * losses) / (p * rate)));
}

function lawRow(what: string, law: number, ours: number, least: number, most: number): Row {
  return boundRow(
    what,
    `${law.toPrecision(4)} segments/s`,
    ours,
    law * (1 + least),
    law * (1 + most),
    law < 1000 ? 1 : 0,
  );
}

// --- Mathis et al. 1997, periodic loss

const MATHIS_TOLERANCE: Readonly<Record<string, readonly [number, number]>> = {
  '0.00001': [-0.04, 0.04],
  '0.0001': [-0.04, 0.04],
  '0.001': [-0.08, 0.02],
  '0.01': [-0.18, 0],
};

function mathis(b: 1 | 2, p: number): Check {
  const name = `Mathis, ${b === 1 ? 'an ACK for every segment' : 'delayed ACKs'}, periodic p = ${p}`;
  return {
    name,
    run: () => {
      const law = Math.sqrt(1.5 / b / p) / 0.1;
      const [least, most] = MATHIS_TOLERANCE[p.toFixed(5).replace(/0+$/, '')]!;
      const seconds = duration(p, law, 20);
      const tcp = { delayedAckSegments: b, quickAcks: 0 };
      const ours = segmentRate({ congestionControl: newreno, tcp, loss: 'periodic', p, rtt: 0.1, seconds, seeds: 1 });
      return [lawRow(name, law, ours, least, most)];
    },
  };
}

export const mathisLaw = {
  title: 'Reno under periodic loss',
  source: 'Mathis, Semke, Mahdavi and Ott, CCR 27(3), 1997; tolerances of `test/reference/published.md` 3.1',
  method:
    'One flow, 1 Gbit/s, RTT 100 ms, every 1/p-th packet lost: sqrt(3/2)/(R sqrt p) segments/s, sqrt(3/4) with delayed ACKs. ' +
    '`newreno` counts ACKs. Delayed ACKs at p = 0.01 are left out: the window is too small for the law (ns-2: -20 %).',
  checks: [1e-5, 1e-4, 1e-3, 1e-2].map((p) => mathis(1, p)).concat([1e-5, 1e-4, 1e-3].map((p) => mathis(2, p))),
};

// --- Padhye et al. 1998, random loss

/** The approximate model of Padhye et al. (equation 30 of the technical report), segments/s; T0 is 1 s. */
function padhye(b: number, p: number, rtt: number): number {
  const timeouts = Math.min(1, 3 * Math.sqrt((3 * b * p) / 8)) * p * (1 + 32 * p * p);
  return 1 / (rtt * Math.sqrt((2 * b * p) / 3) + timeouts);
}

const RECOVERIES = {
  Reno: { lossRecovery: 'reno', sack: false },
  NewReno: { lossRecovery: 'newreno', sack: false },
  SACK: { lossRecovery: 'sack', sack: true },
} as const;

function padhyeCheck(variant: keyof typeof RECOVERIES, b: 1 | 2, p: number): Check {
  const name = `Padhye, ${variant}, b = ${b}, random p = ${p}`;
  return {
    name,
    run: () => {
      const law = padhye(b, p, 0.1);
      const [least, most] = p >= 0.1 ? [-0.15, 0.35] : variant === 'Reno' ? [-0.08, 0.08] : [0, 0.35];
      const tcp = {
        ...RECOVERIES[variant],
        minRto: '1 s',
        rtoGranularity: '100 ms',
        timestamps: false,
        frto: false,
        limitedTransmit: false,
        delayedAckSegments: b,
        delayedAckTimeout: '100 ms',
        quickAcks: 0,
      };
      const ours = segmentRate({
        congestionControl: newreno,
        tcp,
        loss: 'random',
        p,
        rtt: 0.1,
        seconds: 2000,
        seeds: 3,
      });
      return [lawRow(name, law, ours, least, most)];
    },
  };
}

/** Random loss so rare that no timeout matters: the constant of Mathis et al. is then 1.31. */
function rareRandom(p: number): Check {
  const name = `Mathis, random p = ${p}`;
  return {
    name,
    run: () => {
      const law = 1.31 / (0.1 * Math.sqrt(p));
      const tcp = { delayedAckSegments: 1, quickAcks: 0 };
      const seconds = duration(p, law, 20);
      const ours = segmentRate({ congestionControl: newreno, tcp, loss: 'random', p, rtt: 0.1, seconds, seeds: 3 });
      return [lawRow(name, law, ours, -0.08, 0.08)];
    },
  };
}

export const padhyeLaw = {
  title: 'Reno, NewReno and SACK under random loss',
  source:
    'Padhye, Firoiu, Towsley and Kurose, SIGCOMM 1998; Mathis et al. 1997; tolerances of `test/reference/published.md` 3.1, 3.2',
  method:
    'As above, each packet lost by chance; minimum RTO 1 s, timer tick 100 ms, no limited transmit (the model is older), three seeds of 2000 s. The model is of Reno; ' +
    'NewReno and SACK may be up to 35 % above it, everything within -15 ... +35 % at p = 0.1. Below p = 0.001 timeouts do not ' +
    'matter: 1.31/(R sqrt p), within 8 %.',
  checks: [
    rareRandom(1e-5),
    rareRandom(1e-4),
    ...(['Reno', 'NewReno', 'SACK'] as const).flatMap((variant) =>
      ([1, 2] as const).flatMap((b) => [1e-3, 0.01, 0.02, 0.05, 0.1].map((p) => padhyeCheck(variant, b, p))),
    ),
  ],
};

// --- RFC 9438 section 5

/** Mean window, segments: RFC 9438 tables 1 and 2 (section 5.2), by RTT and p. */
const CUBIC_WINDOWS: readonly (readonly [rtt: number, p: number, segments: number])[] = [
  [0.1, 1e-2, 12],
  [0.1, 1e-3, 38],
  [0.1, 1e-4, 187],
  [0.1, 1e-5, 1054],
  [0.01, 1e-2, 12],
  [0.01, 1e-3, 38],
  [0.01, 1e-4, 120],
  [0.01, 1e-5, 379],
];

function cubicCheck(loss: Loss, rtt: number, p: number, window: number): Check {
  const name = `CUBIC, R = ${rtt} s, ${loss} p = ${p}`;
  return {
    name,
    run: () => {
      const seconds = Math.max(20, duration(p, window / rtt, loss === 'periodic' || p < 1e-4 ? 20 : 60));
      const seeds = loss === 'periodic' ? 1 : p < 1e-4 ? 2 : 3;
      const tcp = { delayedAckSegments: 1, quickAcks: 0 };
      const ours = rtt * segmentRate({ congestionControl: 'cubic', tcp, loss, p, rtt, seconds, seeds });
      const most = loss === 'periodic' ? 1.15 : 1.4;
      return [boundRow(name, `${window} segments`, ours, 0.85 * window, most * window, 1)];
    },
  };
}

export const cubicResponse = {
  title: "CUBIC's response function",
  source: 'RFC 9438 section 5.2; tolerances of `test/reference/published.md` 3.3',
  method: 'As above; the mean window is segments sent per RTT. Periodic loss within 15 %, random loss -15 ... +40 %.',
  checks: (['periodic', 'random'] as const).flatMap((loss) =>
    CUBIC_WINDOWS.map(([rtt, p, window]) => cubicCheck(loss, rtt, p, window)),
  ),
};
