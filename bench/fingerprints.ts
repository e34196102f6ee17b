/**
 * Prints a line per workload and per variant of one scenario: trajectory, and all that was measured, as hashes. What is meant
 * to make the simulator faster and nothing else prints the same lines before and after.
 */
import { createHash } from 'node:crypto';
import { queues } from '../sim/net/queues';
import { congestionControls } from '../sim/tcp/cc';
import { LOSS_RECOVERIES } from '../sim/tcp/config';
import { run } from '../sim/run/run';
import { seedOf } from '../sim/run/seed';
import { parseStudy } from '../sim/scenario/parse';
import { buildWorkload, type WorkloadName } from './workloads';

/** Short, but long enough for losses, timeouts and the growth of every buffer. */
const WORKLOADS: readonly (readonly [WorkloadName, { seconds: number; flows: number }])[] = [
  ['W1', { seconds: 6, flows: 0 }],
  ['W2', { seconds: 2, flows: 300 }],
  ['W3', { seconds: 4, flows: 0 }],
  ['W4', { seconds: 5, flows: 0 }],
  ['S', { seconds: 0.4, flows: 1000 }],
];

for (const [name, options] of WORKLOADS) {
  const { simulation, duration } = buildWorkload(name, options);
  simulation.run(duration);
  console.log(`${name} ${simulation.fingerprint.toString()} ${simulation.packetHops}`);
}

const SCENARIO = `
title: fingerprints
network:
  chain: { segments: 2, rate: 5 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 1 BDP } } }
sessions:
  - { name: one, from: first, to: last, start: 0 s }
  - { name: two, from: first, to: last, start: 0.3 s, path: relayed, via: all }
  - { name: three, from: first, to: last, start: 0.5 s, app: messages }
transport: { tcp: {} }
run: { duration: 5 s, warmup: 1 s, replications: 1 }
`;

const TCP = 'transport.tcp';
const QUEUE = 'network.chain.queue';
const controls = Object.keys(congestionControls).map((name) => [`${TCP}.congestionControl`, name] as const);
const disciplines = Object.keys(queues).map((name) => [QUEUE, name] as const);
const recoveries = LOSS_RECOVERIES.map((name) => [`${TCP}.lossRecovery`, name] as const);
const others = [
  'sack=false',
  'timestamps=false',
  'ecn=classic',
  'ecn=dctcp',
  'idle=validate',
  'prr=false',
  'sendBuffer=20 KiB',
];

const variants: (readonly (readonly [string, string])[])[] = [
  [],
  ...[...controls, ...disciplines, ...recoveries].map((one) => [one]),
  ...controls.map((one) => [one, [QUEUE, 'codel'], [`${TCP}.ecn`, 'classic']] as const),
  ...others.map((other) => [[`${TCP}.${other.split('=')[0]}`, other.split('=')[1]!] as const]),
];

for (const variant of variants) {
  const settings = variant.map(([path, value]) => ({ path, value, option: `--set ${path}=${value}` }));
  const study = parseStudy(SCENARIO, { file: 'fingerprints', name: 'fingerprints', settings });
  const { scenario } = study.points[0]!;
  const { fingerprint, metrics } = run({ scenario, seed: seedOf(1, 1), record: false });
  const measured = createHash('sha256').update(JSON.stringify(metrics)).digest('hex').slice(0, 16);
  const name = variant.map((setting) => setting.join('=')).join(' ');
  console.log(`${fingerprint} ${measured} ${name}`);
}
