import { parse } from 'yaml';
import { namesAt, type Schema } from './completion';

/** Something that can be turned without writing: a field of the scenario and values to choose from. */
export interface Knob {
  readonly label: string;
  /** Dotted, as `--set` of the command line takes it. */
  readonly path: string;
  readonly values: readonly string[];
  /** What the scenario says, as text. */
  readonly now: string;
}

const RATES = ['1 Mbit/s', '2 Mbit/s', '5 Mbit/s', '10 Mbit/s', '20 Mbit/s', '50 Mbit/s'];
const TIMES = ['10 ms', '20 ms', '40 ms', '80 ms', '160 ms', '320 ms'];
const DELAYS = ['1 ms', '5 ms', '10 ms', '18 ms', '40 ms', '100 ms'];
const LOSSES = ['0', '0.001', '0.01', '0.02', '0.04', '0.1'];
const BUFFERS = ['0.25 BDP', '0.5 BDP', '1 BDP', '2 BDP', '4 BDP', '16 BDP'];

/** Fields of a topology that are worth turning, by their name. */
const NETWORK_KNOBS: Readonly<Record<string, readonly [label: string, values: readonly string[]]>> = {
  segments: ['segments', ['1', '2', '3', '4', '6', '8']],
  pairs: ['pairs of hosts', ['1', '2', '4', '8', '16']],
  hops: ['bottlenecks', ['1', '2', '3', '4', '6', '8']],
  rate: ['rate', RATES],
  rtt: ['round-trip time', TIMES],
  delay: ['delay', DELAYS],
  loss: ['loss', LOSSES],
  lastLoss: ['loss on the last link', LOSSES],
};

/** Fields of these topologies that exist though the scenario does not write them. */
const BY_TOPOLOGY: Readonly<Record<string, readonly string[]>> = {
  chain: ['segments', 'rate', 'rtt', 'lastLoss'],
  dumbbell: ['pairs', 'rate', 'delay', 'loss'],
  'parking-lot': ['hops', 'rate', 'delay'],
};

type Tree = Readonly<Record<string, unknown>>;

/**
 * The knobs of a scenario, without those that its sweep turns; the schema knows what can be chosen. None when the text is
 * not YAML.
 */
export function knobsOf(text: string, schema: Schema): Knob[] {
  let data: unknown;
  try {
    data = parse(text);
  } catch {
    return [];
  }
  const scenario = treeOf(data);
  const swept = JSON.stringify(scenario['sweep'] ?? {});
  const knobs = [...sessionKnobs(scenario, schema), ...networkKnobs(scenario, schema)];
  return knobs.filter(({ path }) => !swept.includes(`"${path}"`));
}

function networkKnobs(scenario: Tree, schema: Schema): Knob[] {
  const [kind] = Object.keys(treeOf(scenario['network']));
  if (kind === undefined) return [];
  const chosen = treeOf(treeOf(scenario['network'])[kind]);
  const known = BY_TOPOLOGY[kind] ?? [];
  const knobs = known
    .filter((name) => name in NETWORK_KNOBS)
    .map((name): Knob => {
      const [label, values] = NETWORK_KNOBS[name]!;
      return { label, path: `network.${kind}.${name}`, ...withNow(values, chosen[name]) };
    });
  if (known.length > 0) {
    const queue = chosen['queue'];
    const name = typeof queue === 'string' ? queue : (Object.keys(treeOf(queue))[0] ?? 'drop-tail');
    knobs.push({
      label: 'queue discipline',
      path: `network.${kind}.queue`,
      ...withNow(namesAt(schema, ['network', kind, 'queue']), name),
    });
    const limit = treeOf(treeOf(queue)['drop-tail'])['limit'];
    if (limit !== undefined) {
      knobs.push({ label: 'buffer', path: `network.${kind}.queue.drop-tail.limit`, ...withNow(BUFFERS, limit) });
    }
  }
  return knobs;
}

function sessionKnobs(scenario: Tree, schema: Schema): Knob[] {
  const transport = treeOf(treeOf(scenario['transport'])['tcp']);
  const names = namesAt(schema, ['transport', 'tcp', 'congestionControl']);
  const knobs: Knob[] = [
    {
      label: 'congestion control',
      path: 'transport.tcp.congestionControl',
      ...withNow(names, nameIn(transport['congestionControl']) ?? 'cubic'),
    },
  ];
  const sessions = Array.isArray(scenario['sessions']) ? scenario['sessions'].map(treeOf) : [];
  for (const session of sessions.slice(0, 4)) {
    const name = String(session['name']);
    if (session['path'] !== undefined) {
      knobs.push({
        label: `path of ${name}`,
        path: `sessions.${name}.path`,
        ...withNow(['end-to-end', 'relayed'], session['path']),
      });
    }
    const own = treeOf(treeOf(session['transport'])['tcp'])['congestionControl'];
    if (own !== undefined) {
      const path = `sessions.${name}.transport.tcp.congestionControl`;
      knobs.push({ label: `congestion control of ${name}`, path, ...withNow(names, nameIn(own) ?? '') });
    }
  }
  return knobs;
}

/** The values with what the scenario says among them. */
function withNow(values: readonly string[], now: unknown): Pick<Knob, 'values' | 'now'> {
  if (now === undefined) return { values, now: '' };
  const text = String(now);
  return { values: values.includes(text) ? values : [text, ...values], now: text };
}

function nameIn(choice: unknown): string | undefined {
  return typeof choice === 'string' ? choice : Object.keys(treeOf(choice))[0];
}

function treeOf(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}
