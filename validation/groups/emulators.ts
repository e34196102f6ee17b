/** One segment of a path between two hosts, `delay` one way in ms; `pathDelay` is that of the whole path. */
export type Emulator = (segment: {
  readonly between: readonly [string, string];
  readonly mbit: number;
  readonly delay: number;
  readonly loss: number;
  readonly pathDelay: number;
}) => object;

/** As test/reference/splitting.md 1 has it: drop-tail of one BDP in whole packets, loss in the data direction. */
export const dropTail: Emulator = ({ between, mbit, delay, loss }) => {
  const packets = Math.max(1, Math.round((mbit * 1e6 * 2e-3 * delay) / 8 / 1500));
  const queue = { 'drop-tail': { limit: `${packets} packets` } };
  return { between, rate: `${mbit} Mbit/s`, delay: `${delay} ms`, queue, loss, back: { loss: 0 } };
};

/**
 * As the scripts of the paper's repository set it up by default: RED, with a limit of 4 BDP of the whole path or 48 kB, and the
 * thresholds and the weight that `tc` makes of it; loss in both directions, of two data packets at a time, since the hosts keep
 * segmentation offload on, which hands over two at these rates, and netem loses what it is handed.
 */
export const repository: Emulator = ({ between, mbit, delay, loss, pathDelay }) => {
  const limit = Math.max((4 * mbit * 1e6 * 2e-3 * pathDelay) / 8, 48_000);
  const maxTh = Math.floor(limit / 4);
  const minTh = Math.floor(maxTh / 3);
  const queue = {
    red: {
      limit: `${limit} bytes`,
      minTh: `${minTh} bytes`,
      maxTh: `${maxTh} bytes`,
      wq: weight(minTh),
      maxP: 0.02,
      gentle: false,
      adaptive: true,
      mode: 'bytes',
      ecn: false,
      dropWhenEmpty: true,
    },
  };
  const lossy = (together: number): object => (loss === 0 ? {} : { impairments: [{ bernoulli: { loss, together } }] });
  return { between, rate: `${mbit} Mbit/s`, delay: `${delay} ms`, queue, ...lossy(2), back: lossy(1) };
};

/** The weight that tc-red chooses for bursts of one packet of 1000 bytes more than the lower threshold. */
function weight(minTh: number): number {
  const burst = Math.floor(1 + minTh / 1000);
  let w = 0.5;
  while (burst + 1 - minTh / 1000 > (1 - (1 - w) ** burst) / w) w /= 2;
  return w;
}
