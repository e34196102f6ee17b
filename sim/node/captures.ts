import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Capture } from '../capture/capture';
import { suggestion } from '../core/did-you-mean';
import type { Network } from '../net/topologies/topology';
import type { LiveRun } from '../run/live-run';
import { Networks } from '../scenario/network';
import type { Study } from '../scenario/scenario';
import { ChunkedFile } from './chunked-file';
import { UsageError } from './exit';
import { fileName, type Recorder } from './recorder';
import type { Task } from './study-runner';

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

/**
 * What `options` ask to capture in some of the runs `tasks`, by the index of their points. Throws `UsageError` for a name that
 * no point has. A place that only some points have, as the larger networks of a sweep do, is captured there.
 */
export function capturesOf(study: Study, tasks: readonly Task[], options: CaptureOptions): Map<number, CaptureOrder> {
  const { out, pcap, snaplen } = options;
  const captures = new Map<number, CaptureOrder>();
  if (pcap === undefined) {
    if (snaplen !== undefined) throw new UsageError('--snaplen: nothing is captured without --pcap');
    return captures;
  }
  if (pcap.length === 0) throw new UsageError('--pcap: expected names of hosts and links');
  const networks = new Networks();
  const unknown = new Set(pcap);
  const known = new Set<string>();
  for (const task of tasks) {
    const names = placesIn(networks.of(task.point.scenario.network));
    for (const name of names.keys()) known.add(name);
    const places = new Set<string>();
    for (const name of pcap) {
      const place = names.get(name);
      if (place === undefined) continue;
      unknown.delete(name);
      places.add(place);
    }
    if (places.size === 0) continue;
    const file = join(out, study.name, 'captures', `${fileName(task)}.pcapng`);
    captures.set(task.index, { places: [...places], file, ...(snaplen !== undefined && { snapLength: snaplen }) });
  }
  const [wrong] = unknown;
  if (wrong !== undefined) throw new UsageError(explain(wrong, [...known]));
  return captures;
}

/** Writes the packets of a run to a file, which gets its name when it is whole. */
export class CaptureRecorder implements Recorder {
  readonly told: string;
  private draft: ChunkedFile | null = null;

  constructor(private readonly order: CaptureOrder) {
    this.told = `captured ${order.file}`;
  }

  begin({ simulation }: LiveRun): void {
    const { file, places, snapLength } = this.order;
    mkdirSync(dirname(file), { recursive: true });
    const draft = (this.draft = new ChunkedFile(`${file}.part`));
    const sink = (part: Uint8Array) => draft.write(part);
    const capture = new Capture(simulation, sink, snapLength === undefined ? {} : { snapLength });
    for (const name of places) {
      const node = simulation.findNode(name);
      if (node !== undefined) capture.host(node);
      else for (const link of simulation.links) if (link.name === name) capture.link(link);
    }
  }

  end(): void {
    const draft = this.draft!;
    draft.close();
    renameSync(draft.path, this.order.file);
    this.draft = null;
  }

  discard(): void {
    if (this.draft === null) return;
    this.draft.close();
    rmSync(this.draft.path);
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

function explain(name: string, known: readonly string[]): string {
  const nodes = known.filter((candidate) => !candidate.includes('>'));
  const links = known.filter((candidate) => candidate.includes('>'));
  const some = (list: readonly string[]) => (list.length > 12 ? [...list.slice(0, 12), '...'] : list).join(', ');
  return `--pcap ${name}: no host or link is called so${suggestion(name, known)}; hosts: ${some(nodes)}; links: ${some(links)}`;
}
