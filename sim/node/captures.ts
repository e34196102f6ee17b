import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Capture } from '../capture/capture';
import { suggestion } from '../core/did-you-mean';
import type { Network } from '../net/topologies/topology';
import type { RunReply, RunRequest } from '../run/messages';
import { LiveRun } from '../run/live-run';
import { Networks } from '../scenario/network';
import type { Study } from '../scenario/scenario';
import { ChunkedFile } from './chunked-file';
import { UsageError } from './exit';
import { requestOf, type Task, tasksOf } from './study-runner';
import { print, type Terminal } from './terminal';

/** Where to capture in one run, and the file to write. */
export interface CaptureOrder {
  /** Names of nodes and links, as the simulation has them. */
  readonly places: readonly string[];
  readonly file: string;
  /** Most bytes kept of a packet. */
  readonly snapLength?: number;
}

export interface CaptureOptions {
  readonly out: string;
  /** Names of hosts and links to capture at. */
  readonly pcap?: readonly string[];
  readonly snaplen?: number;
}

/** A run to be captured. */
export interface CapturedTask extends Task {
  readonly capture: CaptureOrder;
}

/**
 * What `options` ask to capture: the first run of each point among `tasks`, or of all. Throws `UsageError` for a name that
 * no point has. A place that only some points have, as the larger networks of a sweep do, is captured there.
 */
export function captureOf(study: Study, tasks: readonly Task[] | undefined, options: CaptureOptions): CapturedTask[] {
  const { out, pcap, snaplen } = options;
  if (pcap === undefined) {
    if (snaplen !== undefined) throw new UsageError('--snaplen: nothing is captured without --pcap');
    return [];
  }
  if (pcap.length === 0) throw new UsageError('--pcap: expected names of hosts and links');
  const networks = new Networks();
  const seen = new Set<number>();
  const unknown = new Set(pcap);
  const known = new Set<string>();
  const captured = (tasks ?? tasksOf(study, [1])).flatMap((task): CapturedTask[] => {
    if (seen.has(task.index)) return [];
    seen.add(task.index);
    const names = placesIn(networks.of(task.point.scenario.network));
    for (const name of names.keys()) known.add(name);
    const places = new Set<string>();
    for (const name of pcap) {
      const place = names.get(name);
      if (place === undefined) continue;
      unknown.delete(name);
      places.add(place);
    }
    if (places.size === 0) return [];
    const file = join(out, study.name, 'captures', fileName(task));
    return [{ ...task, capture: { places: [...places], file, ...(snaplen !== undefined && { snapLength: snaplen }) } }];
  });
  const [wrong] = unknown;
  if (wrong !== undefined) throw new UsageError(explain(wrong, [...known]));
  return captured;
}

/** Makes the runs once more, for their packets, and tells where they are. */
export function makeCaptures(study: Study, tasks: readonly CapturedTask[], terminal: Terminal | undefined): void {
  for (const task of tasks) runCaptured(requestOf(study, task), task.capture);
  if (tasks.length === 0 || terminal === undefined) return;
  const more = tasks.length > 1 ? ` and ${tasks.length - 1} more beside it` : '';
  print(terminal.err, `${study.name}: captured ${tasks[0]!.capture.file}${more}`);
}

/** Makes a run and writes its capture. The file gets its name when it is whole. */
export function runCaptured(request: RunRequest, { places, file, snapLength }: CaptureOrder): RunReply {
  mkdirSync(dirname(file), { recursive: true });
  const draft = new ChunkedFile(`${file}.part`);
  try {
    const live = new LiveRun(request);
    const { simulation } = live;
    const sink = (part: Uint8Array) => draft.write(part);
    const capture = new Capture(simulation, sink, snapLength === undefined ? {} : { snapLength });
    for (const name of places) {
      const node = simulation.findNode(name);
      if (node !== undefined) capture.host(node);
      else for (const link of simulation.links) if (link.name === name) capture.link(link);
    }
    live.advance(live.end);
    draft.close();
    renameSync(draft.path, file);
    return live.reply();
  } finally {
    draft.close();
  }
}

/** What may be captured, by every name that it can be called; the value is the name in the simulation. */
function placesIn({ nodes, aliases, links }: Network): ReadonlyMap<string, string> {
  const names = new Map(nodes.map((name) => [name, name]));
  for (const [alias, name] of Object.entries(aliases)) names.set(alias, name);
  for (const { from, to } of links) {
    const ends = [names.get(from)!, names.get(to)!] as const;
    for (const name of [ends.join('>'), [...ends].reverse().join('>')]) names.set(name, name);
  }
  return names;
}

/** 'segments=2,replication=1.pcapng' */
function fileName({ point, replication }: Task): string {
  const parts = [...Object.entries(point.factors), ['replication', replication]].map(
    ([name, value]) => `${name}=${value}`,
  );
  return `${parts.join(',').replaceAll(/[^\w.=,+-]+/g, '_')}.pcapng`;
}

function explain(name: string, known: readonly string[]): string {
  const nodes = known.filter((candidate) => !candidate.includes('>'));
  const links = known.filter((candidate) => candidate.includes('>'));
  const some = (list: readonly string[]) => (list.length > 12 ? [...list.slice(0, 12), '...'] : list).join(', ');
  return `--pcap ${name}: no host or link is called so${suggestion(name, known)}; hosts: ${some(nodes)}; links: ${some(links)}`;
}
