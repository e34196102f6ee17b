import { boundRow, type Check, mean } from '../check';
import { type Measured, replicate, scenario, type SessionText, type Written } from '../scenario';

const RATE = 10;
const RTT = 40;
const PACKET = 1500;
const BDP = (RATE * 1e6 * RTT * 1e-3) / 8 / PACKET;
const REPLICATIONS = 5;
/** Seconds that the model is asked about. */
const DURATION = 240;

/** Share of the link that one BBRv1 flow takes from loss-based flows: Ware et al., IMC 2019, equations 6 to 11. */
function wareShare(bufferInBdp: number): number {
  const q = bufferInBdp * BDP;
  const p = Math.max(0, 0.5 - 1 / (2 * bufferInBdp) - 4 / q);
  const capacity = (RATE * 1e6) / 8 / PACKET;
  const probing = (q / capacity + 0.2 + RTT * 1e-3) * (DURATION / 10);
  return ((1 - p) * (DURATION - probing)) / DURATION;
}

/** One link with `limit` packets, all flows from the first two seconds on; everything is measured from 10 s on. */
function onOneLink(limit: number, sessions: readonly SessionText[], seconds = DURATION): Measured[] {
  const queue = { 'drop-tail': { limit: `${limit} packets` } };
  const chain: Written = { chain: { segments: 1, rate: `${RATE} Mbit/s`, rtt: `${RTT} ms`, queue } };
  return replicate(scenario(chain, sessions, `${seconds} s`, '10 s'), REPLICATIONS);
}

/** Mean share of the flow `bbr` beside `cubics` CUBIC flows. */
function bbrShare(bufferInBdp: number, cubics: number): number {
  const names = Array.from({ length: cubics }, (_, i) => `cubic-${i + 1}`);
  const sessions = [
    { name: 'bbr', congestionControl: 'bbr1' },
    ...names.map((name) => ({ name, congestionControl: 'cubic' })),
  ];
  return mean(
    onOneLink(Math.round(bufferInBdp * BDP), sessions).map((run) => {
      const bbr = run.get('bbr', 'goodput');
      return bbr / names.reduce((sum, name) => sum + run.get(name, 'goodput'), bbr);
    }),
  );
}

function model(bufferInBdp: number, cubics: number): Check {
  const name = `share of one BBRv1 flow beside ${cubics} CUBIC, ${bufferInBdp} BDP`;
  return {
    name,
    run: () => {
      const law = wareShare(bufferInBdp);
      return [boundRow(name, law.toFixed(3), bbrShare(bufferInBdp, cubics), law - 0.1, law + 0.1, 3)];
    },
  };
}

const shallow: Check = {
  name: 'BBRv1 beside CUBIC, 0.5 BDP',
  run: () => {
    const limit = Math.round(0.5 * BDP);
    const retransmitted = (control: string): number =>
      mean(onOneLink(limit, [{ name: 'A', congestionControl: control }]).map((run) => run.get('A', 'retransmitted')));
    const both = onOneLink(limit, [
      { name: 'bbr', congestionControl: 'bbr1' },
      { name: 'cubic', congestionControl: 'cubic' },
    ]);
    const lost = mean(both.map((run) => run.get('n0>n1', 'dropped')));
    return [
      boundRow('share of one BBRv1 flow beside 1 CUBIC, 0.5 BDP', 'above 0.85', bbrShare(0.5, 1), 0.85, 1, 3),
      boundRow(
        'their loss over that of CUBIC alone, 0.5 BDP',
        'above 3',
        lost / retransmitted('cubic'),
        3,
        Infinity,
        1,
      ),
    ];
  },
};

const longer: Check = {
  name: 'two BBRv1 flows, RTT 20 and 160 ms',
  run: () => {
    const access = { rate: '1 Gbit/s' };
    const network = {
      graph: {
        nodes: ['near', 'far', 'left', 'right'],
        links: [
          { between: ['near', 'left'], delay: '1 ms', ...access },
          { between: ['far', 'left'], delay: '71 ms', ...access },
          {
            between: ['left', 'right'],
            rate: '10 Mbit/s',
            delay: '9 ms',
            queue: { 'drop-tail': { limit: '133 packets' } },
          },
        ],
      },
    };
    const flow = (from: string): SessionText => ({ name: from, from, to: 'right', congestionControl: 'bbr1' });
    const runs = replicate(scenario(network, [flow('near'), flow('far')], '120 s', '20 s'), REPLICATIONS);
    const ratio = mean(runs.map((run) => run.get('far', 'goodput') / run.get('near', 'goodput')));
    return [boundRow('two BBRv1 flows: RTT 160 ms over RTT 20 ms', 'at least 1.5', ratio, 1.5, Infinity, 2)];
  },
};

function lossy(control: string, label: string, loss: number, least: number): Check {
  const name = `${label}, ${100 * loss} % random loss: part of the link rate`;
  return {
    name,
    run: () => {
      const queue = { 'drop-tail': { limit: `${Math.round(BDP)} packets` } };
      const chain = { chain: { segments: 1, rate: `${RATE} Mbit/s`, rtt: `${RTT} ms`, queue, loss } };
      const what = scenario(chain, [{ name: 'A', congestionControl: control }], '60 s', '10 s');
      const ours = mean(replicate(what, REPLICATIONS).map((run) => run.get('A', 'goodput') / (RATE * 1e6)));
      return [boundRow(name, `above ${least}`, ours, least, 1, 3)];
    },
  };
}

export const bbrSharing = {
  title: 'BBR against CUBIC over buffer size',
  source:
    'Ware, Mukerjee, Seshan and Sherry, IMC 2019; Hock, Bless and Zitterbart, ICNP 2017; `test/reference/published.md` 7.1 to 7.3',
  method:
    `${RATE} Mbit/s, RTT ${RTT} ms, ${DURATION} s. The model of Ware et al. within 0.10: its authors give a median error of 5 % ` +
    'against CUBIC. It knows no number of loss-based flows. Hock et al.: directions only.',
  checks: [
    shallow,
    model(1, 1),
    model(2, 1),
    model(4, 1),
    model(8, 1),
    model(8, 5),
    longer,
    lossy('bbr1', 'BBRv1', 0.01, 0.85),
    lossy('bbr3', 'BBRv3', 0.01, 0.6),
  ],
};
