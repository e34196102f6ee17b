import type { Choice } from '../core/choice';
import { formatDuration as formatSpan, formatRate } from '../core/units';
import type { Network, NetworkLink } from '../net/topologies/topology';
import { networkOf, routeOf } from './network';
import type { Point, Session, Study } from './scenario';

/** What a study will build, as text: its network, its sessions with their paths, and its sweep. */
export function explainStudy(study: Study): string {
  const { title, question, points } = study;
  // The last point is the largest when values ascend.
  const point = points[points.length - 1]!;
  const network = networkOf(point.scenario.network);
  const heading = question === '' ? title : [title, '', ...wrapped(question.trim(), '')].join('\n');
  return [heading, drawNetwork(point, network), drawSessions(point, network), drawSweep(study)].join('\n\n');
}

function drawNetwork({ factors, scenario }: Point, network: Network): string {
  const shown = Object.entries(factors).map(([name, value]) => `${name} = ${value}`);
  const lines = [`Network: ${scenario.network.name}${shown.length > 0 ? `, drawn for ${shown.join(', ')}` : ''}`, ''];
  const line = nodesInLine(network);
  if (line !== undefined) lines.push(...wrapped(line.join(' ── '), '  '), '');
  lines.push(...columns(['link', 'rate', 'delay', 'queue'], alike(network.links).flatMap(linkRows)));
  const aliases = Object.entries(network.aliases).map(([alias, node]) => `${alias} = ${node}`);
  if (aliases.length > 0) lines.push('', ...wrapped(`names: ${aliases.join(', ')}`, '  '));
  return lines.join('\n');
}

function drawSessions({ scenario }: Point, network: Network): string {
  const { sessions } = scenario;
  const shown = sessions.filter(
    (session, i) => sessions[i - 1]?.group !== session.group || session.name === session.group,
  );
  const blocks = shown.map((session) => {
    const number = sessions.filter(({ group }) => group === session.group).length;
    const { transport, app, start, stop } = session;
    const begins =
      start.earliest === start.latest
        ? `starts at ${formatDuration(start.earliest)}`
        : `starts between ${formatDuration(start.earliest)} and ${formatDuration(start.latest)}`;
    const over =
      transport.protocol === 'tcp' ? `tcp ${choiceText(transport.tcp.congestionControl)}` : transport.protocol;
    const facts = [over, choiceText(app), begins];
    if (stop !== undefined) facts.push(`stops at ${formatDuration(stop)}`);
    const name = number > 1 ? `${session.group} (${number} sessions)` : session.name;
    return [`  ${name}: ${facts.join(', ')}`, ...wrapped(drawPath(session, network), '    ')].join('\n');
  });
  return ['Sessions', '', ...blocks].join('\n');
}

/** ══ within one transport connection, [n1] where one ends and the next begins. */
function drawPath(session: Session, network: Network): string {
  const { from, to, transport } = session;
  const relays = relaysOf(session, network);
  const stops = [from, ...relays, to].map((name) => network.aliases[name] ?? name);
  const legs = stops.slice(1).map((stop, i) => routeOf(network, stops[i]!, stop));
  if (legs.some((leg) => leg.length === 0)) return `${from} to ${to}: no path`;
  const drawn = legs.map((leg, i) =>
    leg.slice(i === 0 ? 0 : 1, -1).concat(i < legs.length - 1 ? `[${leg.at(-1)}]` : leg.at(-1)!),
  );
  const text = drawn.flat().join(' ══ ');
  if (transport.protocol !== 'tcp') return `${text}   datagrams${tunnelText(session)}`;
  return relays.length === 0
    ? `${text}   1 connection${tunnelText(session)}`
    : `${text}   ${legs.length} connections, relayed in [ ]`;
}

/** The tunnels of a session, the outermost first. */
function tunnelText({ from, to, via, path, tunnel }: Session): string {
  if (path !== 'tunnelled') return '';
  const ends = via === 'all' ? [from, to] : via;
  const pairs = ends.slice(0, ends.length / 2).map((end, i) => `${end} to ${ends[ends.length - 1 - i]!}`);
  return `, in ${tunnel.name} from ${pairs.join(', in another from ')}`;
}

export function relaysOf(
  { from, to, via, path, msrpRelays }: Pick<Session, 'from' | 'to' | 'via' | 'path' | 'msrpRelays'>,
  network: Network,
): readonly string[] {
  if (path === 'msrp-relays') return [msrpRelays.caller, msrpRelays.callee].filter((name) => name !== '');
  if (path !== 'relayed') return [];
  return via === 'all' ? routeOf(network, from, to).slice(1, -1) : via;
}

/** All values, or, of many, the first and the last. */
export function someOf(values: readonly (string | number)[]): string {
  if (values.length <= MOST_VALUES) return values.join(', ');
  return `${values.slice(0, 3).join(', ')} ... ${values.at(-1)!} (${values.length} values)`;
}

const MOST_VALUES = 20;

function drawSweep({ factors, points, replications, seed }: Study): string {
  const { duration, warmup } = points[0]!.scenario.run;
  const width = Math.max(0, ...factors.map(({ name }) => name.length));
  const swept = factors.map(({ name, values }) => `  ${name.padEnd(width)}  ${someOf(values)}`);
  const runs = points.length * replications;
  const length = `${formatDuration(duration)} each${warmup > 0 ? `, the first ${formatDuration(warmup)} left out` : ''}`;
  const total = `${count(points.length, 'point')} x ${count(replications, 'replication')} = ${count(runs, 'run')} of ${length}; seed ${seed}`;
  return swept.length > 0 ? ['Sweep', '', ...swept, '', total].join('\n') : total;
}

function linkRows({ first, last, number }: Alike): string[][] {
  const { from, to, back } = first;
  const name = `${from} - ${to}`;
  const there = number === 1 ? name : `${name} ... ${last.from} - ${last.to} (${number} alike)`;
  const rows = [linkRow(there, first)];
  if (back !== undefined && Object.keys(back).length > 0)
    rows.push(linkRow(`${to} - ${from}`, { ...first, loss: 0, impairments: [], ...back }));
  return rows;
}

function linkRow(name: string, link: Omit<NetworkLink, 'from' | 'to' | 'back'>): string[] {
  const { rate, delay, queue, loss = 0, impairments = [] } = link;
  const lost = loss > 0 ? `, ${Number((loss * 100).toPrecision(4))} % lost` : '';
  const others = impairments.map((choice) => `, ${choice.name}`).join('');
  return [name, formatRate(rate), formatDuration(delay), choiceText(queue) + lost + others];
}

interface Alike {
  readonly first: NetworkLink;
  readonly last: NetworkLink;
  readonly number: number;
}

/** Neighbours in the list that differ only in their ends, as one. */
function alike(links: readonly NetworkLink[]): Alike[] {
  const runs: Alike[] = [];
  for (const link of links) {
    const before = runs.at(-1);
    if (before !== undefined && facts(before.first) === facts(link)) {
      runs[runs.length - 1] = { first: before.first, last: link, number: before.number + 1 };
    } else runs.push({ first: link, last: link, number: 1 });
  }
  return runs;
}

function facts({ rate, delay, queue, loss, impairments, back }: NetworkLink): string {
  return JSON.stringify([rate, delay, queue, loss, impairments, back]);
}

/** The nodes in order when the network is a line. */
function nodesInLine({ nodes, links }: Network): readonly string[] | undefined {
  const neighbours = new Map<string, string[]>(nodes.map((node) => [node, []]));
  for (const { from, to } of links) {
    neighbours.get(from)?.push(to);
    neighbours.get(to)?.push(from);
  }
  const end = nodes.find((node) => neighbours.get(node)!.length === 1);
  if (end === undefined || links.length !== nodes.length - 1) return undefined;
  const line = [end];
  for (;;) {
    const next = neighbours.get(line.at(-1)!)!.filter((node) => node !== line.at(-2));
    if (next.length !== 1) break;
    line.push(next[0]!);
  }
  return line.length === nodes.length ? line : undefined;
}

/** A choice with the parameters that a reader would look for first. */
function choiceText({ name, params }: Choice): string {
  const limit = params['limit'];
  if (typeof limit !== 'object' || limit === null || !('unit' in limit) || !('value' in limit)) return name;
  return `${name} ${limit.unit === 'nanoseconds' ? formatDuration(Number(limit.value)) : `${limit.value} ${limit.unit}`}`;
}

function columns(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  return all.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('   ')}`.trimEnd());
}

function formatDuration(t: number): string {
  return t === 0 ? '0 s' : formatSpan(t);
}

const WIDTH = 110;

/** Lines of at most WIDTH characters, broken at spaces. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, indent + line];
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
