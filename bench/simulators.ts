import { existsSync, mkdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { COMPILE_IN_PLACE } from '../sim/node/compilation';
import { isInstalled, measured } from './measure';
import type { WorkloadReport } from './report';
import type { WorkloadName } from './workloads';

/** A simulator that can run the workloads. */
export interface Simulator {
  readonly name: string;
  /** Why it cannot run this workload, or null. */
  obstacle(workload: WorkloadName): string | null;
  command(workload: WorkloadName, seconds: number): readonly [string, ...string[]];
  /** Packet-hops are counted in a second run that is not timed, because counting is slow. */
  readonly countCommand?: (workload: WorkloadName, seconds: number) => readonly [string, ...string[]];
}

const root = join(__dirname, '..', '..');
const peers = join(root, 'bench', 'peers');

/** As a thread of a study is that takes every core. */
export const hopwise: Simulator = {
  name: 'hopwise',
  obstacle: () => null,
  command: (w, seconds) => [
    process.execPath,
    COMPILE_IN_PLACE,
    join(__dirname, 'run-workload.js'),
    `--w=${w}`,
    `--dur=${seconds}`,
  ],
};

const ns3Program = join(root, 'dist', 'bench', 'peers', 'ns3');

const ns3: Simulator = {
  name: 'ns-3',
  obstacle: (w) => (w === 'W4' ? 'ns-3.37 dies in its own code when a receive window closes' : null),
  command: (w, seconds) => [ns3Program, `--w=${w}`, `--dur=${seconds}`],
};

const ns2Command =
  (count: 0 | 1) =>
  (w: WorkloadName, seconds: number): readonly [string, ...string[]] => {
    const flows = { W1: 10, W2: 1000, W3: 0, W4: 0, S: 1000 }[w];
    return ['ns', join(peers, 'ns2', 'peers.tcl'), w, 'cubic', `${count}`, `${flows}`, `${seconds}`];
  };

const ns2: Simulator = {
  name: 'ns-2',
  obstacle: (w) => (w === 'W4' ? 'ns-2 has no byte stream to relay' : null),
  command: ns2Command(0),
  countCommand: ns2Command(1),
};

/** The peers that this machine has; `say` is told about the others. */
export function installedPeers(say: (line: string) => void): Simulator[] {
  const found: Simulator[] = [];
  if (buildNs3()) found.push(ns3);
  else say('ns-3 is left out: it needs g++ and the package libns3-dev');
  if (isInstalled('ns')) found.push(ns2);
  else say('ns-2 is left out: it needs the package ns2');
  return found;
}

function buildNs3(): boolean {
  if (existsSync(ns3Program)) return true;
  if (!isInstalled('g++')) return false;
  mkdirSync(dirname(ns3Program), { recursive: true });
  return spawnSync('sh', [join(peers, 'ns3', 'build.sh'), ns3Program], { stdio: 'ignore' }).status === 0;
}

/** Runs a simulator once. Its report may stand in the middle of a line: ns-2 writes others through a buffer of its own. */
export function reportOf(command: readonly [string, ...string[]]) {
  const [program, ...args] = command;
  const { output, cost } = measured(program, args);
  const json = /\{"sim":.*\}/.exec(output);
  if (json === null) throw new Error(`${command.join(' ')} printed no report`);
  return { report: JSON.parse(json[0]) as WorkloadReport, cost };
}
