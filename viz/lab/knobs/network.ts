import { parseDuration, parseRate } from '../../../sim/core/units';
import { namesAt, type Schema } from '../completion';
import { type Field, listOf, nameIn, type Tree, treeOf } from './knob';

const RATES = ['1 Mbit/s', '2 Mbit/s', '5 Mbit/s', '10 Mbit/s', '20 Mbit/s', '50 Mbit/s'];
const TIMES = ['10 ms', '20 ms', '40 ms', '80 ms', '160 ms', '320 ms'];
const DELAYS = ['1 ms', '5 ms', '10 ms', '18 ms', '40 ms', '100 ms'];
const LOSSES = ['0', '0.001', '0.01', '0.02', '0.04', '0.1'];
const BUFFERS = ['0.25 BDP', '0.5 BDP', '1 BDP', '2 BDP', '4 BDP', '16 BDP'];
const PACKETS = ['10 packets', '25 packets', '50 packets', '100 packets', '400 packets'];

/** Fields that are worth turning, by their name. */
const KNOWN: Readonly<Record<string, readonly [label: string, values: readonly string[], otherwise: string]>> = {
  segments: ['hops', ['1', '2', '3', '4', '6', '8'], '4'],
  pairs: ['pairs of hosts', ['1', '2', '4', '8', '16'], '2'],
  hops: ['hops', ['1', '2', '3', '4', '6', '8'], '3'],
  rate: ['rate', RATES, '10 Mbit/s'],
  rtt: ['round-trip time', TIMES, '80 ms'],
  delay: ['delay', DELAYS, '10 ms'],
  accessSpread: ['differences of delay', ['0 s', '20 ms', '80 ms', '200 ms'], '0 s'],
  loss: ['loss', LOSSES, '0'],
  lastLoss: ['loss on the last link', LOSSES, '0'],
};

const BY_TOPOLOGY: Readonly<Record<string, readonly string[]>> = {
  chain: ['segments', 'rate', 'rtt', 'loss', 'lastLoss'],
  dumbbell: ['pairs', 'rate', 'delay', 'accessSpread', 'loss'],
  'parking-lot': ['hops', 'rate', 'delay'],
};

/** Hops, rates, delays, losses and queues. Of a network that is written out, those of its slowest link. */
export function networkFields(scenario: Tree, schema: Schema): Field[] {
  const kind = nameIn(scenario['network']);
  if (kind === undefined) return [];
  const chosen = treeOf(treeOf(scenario['network'])[kind]);
  const names = BY_TOPOLOGY[kind];
  if (names === undefined) return kind === 'graph' ? linkFields(chosen, schema) : [];
  const path = `network.${kind}`;
  const fields = names.map((name) => fieldOf(path, name, ''));
  const used = pairsUsed(scenario);
  return [
    ...fields.map((one) => (one.path === `${path}.pairs` ? { ...one, values: one.values.filter((n) => Number(n) >= used) } : one)), // prettier-ignore
    ...queueFields(path, chosen['queue'], namesAt(schema, ['network', kind, 'queue']), BUFFERS, ''),
  ];
}

/** Pairs of hosts of a dumbbell that sessions name: `s3` is of the third. */
function pairsUsed({ sessions }: Tree): number {
  const ends = listOf(sessions).flatMap(({ from, to }) => [String(from), String(to)]);
  return Math.max(1, ...ends.map((end) => Number(/^[sd](\d+)$/.exec(end)?.[1] ?? 0)));
}

function linkFields(graph: Tree, schema: Schema): Field[] {
  const links = listOf(graph['links']);
  const rates = links.map(({ rate }) => valueOf(parseRate, rate ?? '10 Mbit/s'));
  const index = rates.indexOf(Math.min(...rates));
  const link = links[index];
  if (link === undefined || !Array.isArray(link['between'])) return [];
  const of = `slowest link, ${link['between'].join(' - ')}`;
  const path = `network.graph.links.${index}`;
  const names = namesAt(schema, ['network', 'graph', 'links', '-', 'queue']);
  const hasRtt = valueOf(parseDuration, graph['rtt'] ?? '0 s') > 0;
  return [
    ...['rate', 'delay', 'loss'].map((name) => fieldOf(path, name, of)),
    ...queueFields(path, link['queue'], names, hasRtt ? BUFFERS : PACKETS, of),
  ];
}

function fieldOf(path: string, name: string, of: string): Field {
  const [label, values, otherwise] = KNOWN[name]!;
  return { of, label, path: `${path}.${name}`, values, otherwise };
}

/** The discipline, and its buffer where it is drop-tail. */
function queueFields(
  path: string,
  queue: unknown,
  names: readonly string[],
  buffers: readonly string[],
  of: string,
): Field[] {
  // `scripted` wants a list of what to drop
  const usable = names.filter((one) => one !== 'scripted');
  const discipline = { of, label: 'queue', path: `${path}.queue`, values: usable, otherwise: 'drop-tail' };
  if ((nameIn(queue) ?? 'drop-tail') !== 'drop-tail') return [discipline];
  return [discipline, { of, label: 'buffer', path: `${path}.queue.drop-tail.limit`, values: buffers, otherwise: '' }];
}

/** Infinity for what is none. */
function valueOf(parse: (text: string) => number, value: unknown): number {
  try {
    return parse(String(value));
  } catch {
    return Infinity;
  }
}
