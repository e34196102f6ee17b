import { DataFileError } from '../../../core/data-file';
import { parseDuration, parseRate } from '../../../core/units';

/** A graph as a file has it: what is not said is left out. */
export interface ImportedGraph {
  readonly nodes: readonly ImportedNode[];
  readonly edges: readonly ImportedEdge[];
}

export interface ImportedNode {
  readonly name: string;
  /** The identifier in the file. */
  readonly id: string;
  /** Degrees. */
  readonly latitude?: number;
  readonly longitude?: number;
}

export interface ImportedEdge {
  /** Names of nodes. */
  readonly from: string;
  readonly to: string;
  /** bit/s */
  readonly rate?: number;
  /** One way, ns. */
  readonly delay?: number;
}

/** Attributes of a node or edge by name, as text, with the line that they begin on. */
export interface Element {
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
}

export interface NodeElement extends Element {
  readonly id: string;
}

export interface EdgeElement extends Element {
  readonly source: string;
  readonly target: string;
}

/** What units of the Topology Zoo's LinkSpeedUnits multiply by. */
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/**
 * Makes sense of what a file says. A node is called by its label, with its identifier after it where several have the same,
 * or by its identifier. Several edges between two nodes are one with all their rates, and the shortest delay; loops are left
 * out. Throws `DataFileError`.
 */
export function graphOf(nodes: readonly NodeElement[], edges: readonly EdgeElement[]): ImportedGraph {
  if (nodes.length < 2)
    throw new DataFileError(nodes[0]?.line ?? 1, `found ${nodes.length} nodes; expected two or more`);
  const names = namesOf(nodes);
  const joined = new Map<string, ImportedEdge>();
  for (const edge of edges) {
    const [from, to] = [edge.source, edge.target].map((id) => {
      const name = names.get(id);
      if (name === undefined)
        throw new DataFileError(edge.line, `an edge to ${JSON.stringify(id)}; no node has this id`);
      return name;
    }) as [string, string];
    if (from === to) continue;
    const key = [from, to].sort().join('\n');
    const fresh = { from, to, ...rateOf(edge), ...delayOf(edge) };
    const before = joined.get(key);
    joined.set(key, before === undefined ? fresh : { ...before, ...together(before, fresh) });
  }
  if (joined.size === 0) throw new DataFileError(nodes.at(-1)!.line, 'found no edge between two nodes');
  return {
    nodes: nodes.map((node) => ({ name: names.get(node.id)!, id: node.id, ...placeOf(node) })),
    edges: [...joined.values()],
  };
}

function namesOf(nodes: readonly NodeElement[]): ReadonlyMap<string, string> {
  const labels = nodes.map(({ attributes, id }) => plain(attributes.get('label') ?? id) || plain(id));
  const times = new Map<string, number>();
  for (const label of labels) times.set(label, (times.get(label) ?? 0) + 1);
  const names = new Map<string, string>();
  const taken = new Set<string>();
  nodes.forEach(({ id, line }, i) => {
    const name = times.get(labels[i]!)! > 1 ? `${labels[i]!}-${plain(id)}` : labels[i]!;
    if (names.has(id)) throw new DataFileError(line, `two nodes have the id ${JSON.stringify(id)}`);
    if (taken.has(name)) throw new DataFileError(line, `two nodes would be called ${JSON.stringify(name)}`);
    taken.add(name);
    names.set(id, name);
  });
  return names;
}

/** Without what has a meaning in names of links, and in names with numbers. */
function plain(text: string): string {
  return text.replaceAll(/[>,#\s]+/g, ' ').trim();
}

function together(a: ImportedEdge, b: ImportedEdge): Partial<ImportedEdge> {
  const rates = [a.rate, b.rate].filter((rate) => rate !== undefined);
  const delays = [a.delay, b.delay].filter((delay) => delay !== undefined);
  return {
    ...(rates.length > 0 && { rate: rates.reduce((sum, rate) => sum + rate) }),
    ...(delays.length > 0 && { delay: Math.min(...delays) }),
  };
}

/** `rate` with its unit; else LinkSpeedRaw in bit/s, or LinkSpeed in LinkSpeedUnits, as the Topology Zoo has them. */
function rateOf({ attributes, line }: Element): { readonly rate?: number } {
  const written = attributes.get('rate');
  if (written !== undefined) return { rate: quantity('rate', written, line, parseRate) };
  const raw = attributes.get('LinkSpeedRaw');
  if (raw !== undefined) return { rate: positive('LinkSpeedRaw', raw, line) };
  const speed = attributes.get('LinkSpeed');
  if (speed === undefined || !/^[\d.]+$/.test(speed)) return {};
  const unit = attributes.get('LinkSpeedUnits') ?? '';
  const factor = UNITS[unit];
  if (factor === undefined) {
    throw new DataFileError(line, `LinkSpeedUnits: found ${JSON.stringify(unit)}; expected K, M, G or T`);
  }
  return { rate: positive('LinkSpeed', speed, line) * factor };
}

/** `delay`, or `latency`, one way, with its unit. */
function delayOf({ attributes, line }: Element): { readonly delay?: number } {
  for (const name of ['delay', 'latency']) {
    const written = attributes.get(name);
    if (written !== undefined) return { delay: quantity(name, written, line, parseDuration) };
  }
  return {};
}

function placeOf({ attributes, line }: Element): Pick<ImportedNode, 'latitude' | 'longitude'> {
  const [north, east] = [attributes.get('Latitude'), attributes.get('Longitude')];
  if (north === undefined || east === undefined) return {};
  return { latitude: degrees('Latitude', north, 90, line), longitude: degrees('Longitude', east, 180, line) };
}

function degrees(name: string, text: string, most: number, line: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Math.abs(value) <= most) return value;
  throw new DataFileError(line, `${name}: found ${JSON.stringify(text)}; expected degrees from -${most} to ${most}`);
}

function positive(name: string, text: string, line: number): number {
  const value = Number(text);
  if (value > 0 && value < Infinity) return value;
  throw new DataFileError(line, `${name}: found ${JSON.stringify(text)}; expected a number above 0`);
}

function quantity(name: string, text: string, line: number, parse: (text: string) => number): number {
  try {
    return parse(text);
  } catch (error) {
    throw new DataFileError(line, `${name}: ${(error as Error).message}`);
  }
}
