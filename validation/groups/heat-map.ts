import { boundRow, type Check, mean } from '../check';
import { replicate, scenario, type Written } from '../scenario';
import { controlOf } from '../linux';
import { dropTail, type Emulator, repository } from './emulators';

const REPLICATIONS = 5;
const LOSSES = [0, 0.01, 0.02, 0.03, 0.04];

type Control = 'cubic' | 'bbr1' | 'bbr3';

/** Utilisation by one-way delay in ms, at each of `LOSSES`: test/reference/splitting.md 1. */
const PUBLISHED: readonly (readonly [control: Control, delay: number, utilisation: readonly number[]])[] = [
  ['cubic', 1, [0.94, 0.94, 0.92, 0.86, 0.77]],
  ['cubic', 40, [0.91, 0.25, 0.15, 0.12, 0.09]],
  ['cubic', 100, [0.85, 0.11, 0.07, 0.05, 0.04]],
  ['bbr1', 1, [0.94, 0.95, 0.94, 0.92, 0.91]],
  ['bbr1', 40, [0.91, 0.9, 0.89, 0.85, 0.86]],
  ['bbr1', 100, [0.84, 0.81, 0.79, 0.75, 0.76]],
  ['bbr3', 1, [0.93, 0.94, 0.9, 0.88, 0.85]],
  ['bbr3', 40, [0.89, 0.81, 0.74, 0.65, 0.53]],
  ['bbr3', 100, [0.82, 0.77, 0.69, 0.58, 0.49]],
];

/** Test/reference/splitting.md 2: 100 ms without loss, then 1 ms with 4 %, 20 Mbit/s. */
const SPLIT: readonly (readonly [control: Control, split: number, endToEnd: number])[] = [
  ['cubic', 0.61, 0.02],
  ['bbr1', 0.87, 0.8],
  ['bbr3', 0.86, 0.2],
];

const NAMES: Readonly<Record<Control, string>> = { cubic: 'CUBIC', bbr1: 'BBRv1', bbr3: 'BBRv3' };

function tolerance(control: Control, loss: number): number {
  if (control === 'cubic') return loss <= 0.01 ? 0.05 : 0.03;
  return control === 'bbr1' ? 0.05 : 0.12;
}

/** Part of the link rate that a transfer of ten seconds' worth of data got, from its first SYN to its last byte. */
function utilisation(network: Written, mbit: number, control: Control, path: 'end-to-end' | 'relayed'): number {
  const megabytes = (10 * mbit) / 8;
  const app = { bulk: { size: `${megabytes} MB` } };
  const session = { name: 'A', congestionControl: controlOf(control), tcp: { reducedFrom: 'cwnd' }, path, app };
  const what = scenario(network, [session], '3600 s', '0 s');
  return mean(replicate(what, REPLICATIONS).map((run) => 10 / run.get('A', 'completionTime')));
}

function cell(emulate: Emulator, control: Control, delay: number, loss: number, published: number): Check {
  const name = `${NAMES[control]}, ${delay} ms, ${100 * loss} % loss`;
  return {
    name,
    run: () => {
      const link = emulate({ between: ['server', 'client'], mbit: 10, delay, loss, pathDelay: delay });
      const network = { graph: { nodes: ['server', 'client'], links: [link] } };
      const ours = utilisation(network, 10, control, 'end-to-end');
      const slack = tolerance(control, loss);
      return [boundRow(name, published.toFixed(2), ours, published - slack, published + slack, 3)];
    },
  };
}

function splitCell(emulate: Emulator, control: Control, path: 'end-to-end' | 'relayed', published: number): Check {
  const name = `${NAMES[control]}, 100 ms + 1 ms with 4 % loss, ${path === 'relayed' ? 'split' : 'end to end'}`;
  return {
    name,
    run: () => {
      const links = [
        emulate({ between: ['server', 'proxy'], mbit: 20, delay: 100, loss: 0, pathDelay: 101 }),
        emulate({ between: ['proxy', 'client'], mbit: 20, delay: 1, loss: 0.04, pathDelay: 101 }),
      ];
      const network = { graph: { nodes: ['server', 'proxy', 'client'], links } };
      const ours = utilisation(network, 20, control, path);
      const slack = tolerance(control, 0.04);
      return [boundRow(name, published.toFixed(2), ours, published - slack, published + slack, 3)];
    },
  };
}

function checks(emulate: Emulator): Check[] {
  return [
    ...PUBLISHED.flatMap(([control, delay, row]) =>
      row.map((value, i) => cell(emulate, control, delay, LOSSES[i]!, value)),
    ),
    ...SPLIT.flatMap(([control, split, endToEnd]) => [
      splitCell(emulate, control, 'relayed', split),
      splitCell(emulate, control, 'end-to-end', endToEnd),
    ]),
  ];
}

const SOURCE = 'connection splitting, USENIX ATC 2025, figures 1 and 4; tolerances of `test/reference/splitting.md` 1';
const TRANSFER =
  `CUBIC as Linux counts; a transfer of 12.5 MB from its first SYN to its last byte, mean of ${REPLICATIONS}. Tolerance: CUBIC 0.05 ` +
  'up to 1 % loss, 0.03 above; BBRv1 0.05; BBRv3 0.12. The split path is two such segments of 20 Mbit/s with a relay that never ' +
  'runs full.';

export const heatMap = {
  title: 'Loss and delay: CUBIC, BBRv1 and BBRv3',
  source: SOURCE,
  method: `One segment of 10 Mbit/s, random loss in the data direction, drop-tail buffer of one BDP (at least one packet). ${TRANSFER}`,
  checks: checks(dropTail),
};

export const heatMapOfRepository = {
  title: "Loss and delay, in the emulator of the paper's repository",
  source: SOURCE,
  method:
    'The same rows once more as the scripts of the repository set the emulator up by default: RED with a limit of 4 BDP or 48 kB, ' +
    `random loss in both directions, of two data packets at a time (segmentation offload). ${TRANSFER}`,
  checks: checks(repository),
};
