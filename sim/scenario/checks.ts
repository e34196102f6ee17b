import { apps } from '../apps';
import { oneOf } from '../core/choice';
import { suggestion } from '../core/did-you-mean';
import { formatDuration } from '../core/units';
import type { Network } from '../net/topologies/topology';
import { checkMiddleboxes } from './check-middleboxes';
import { checkIntermediaries } from './check-intermediaries';
import { checkSecurity } from './check-security';
import type { Networks } from './network';
import type { Path } from './path';
import { type PathName, PATHS, paths } from './paths';
import type { SessionPath } from './paths/path';
import { type Finding, printed } from './problem';
import { endsOf, namesOf, protocolOf } from './resolve';
import type { Session } from './scenario';
import type { ScenarioFile, SessionFields } from './schema';
import { checkServers, serverNames } from './server-checks';
import type { Factor } from './sweep';
import { transports, transportsOf } from './transports';

/** Mistakes that no single field shows, in one point of a study. */
export function checkPoint(file: ScenarioFile, networks: Networks): Finding[] {
  return [
    ...checkTimes(file),
    ...checkTransports(file),
    ...checkNodes(file, networks),
    ...checkIntermediaries(file, networks),
    ...checkSecurity(file, networks),
  ];
}

function checkTimes({ run, sessions }: ScenarioFile): Finding[] {
  const findings: Finding[] = [];
  if (run.warmup >= run.duration) {
    const message = `found ${formatDuration(run.warmup)}; expected less than the duration of ${formatDuration(run.duration)}`;
    findings.push(value(['run', 'warmup'], message));
  }
  sessions.forEach(({ start, stop }, i) => {
    const [earliest, latest] = typeof start === 'number' ? [start, start] : start.uniform;
    if (earliest > latest) {
      findings.push(value(['sessions', i, 'start', 'uniform'], `the earliest start is after the latest`));
    } else if (latest >= run.duration) {
      const message = `found ${formatDuration(latest)}; expected less than the duration of ${formatDuration(run.duration)}`;
      findings.push(value(['sessions', i, 'start'], message));
    }
    if (stop !== undefined && stop <= latest) {
      const message = `found ${formatDuration(stop)}; expected more than the start at ${formatDuration(latest)}`;
      findings.push(value(['sessions', i, 'stop'], message));
    }
  });
  return findings;
}

function checkTransports({ sessions }: ScenarioFile): Finding[] {
  return sessions.flatMap((session, i) => {
    const { name } = session.app;
    const kinds = apps[name].transports;
    const protocol = protocolOf(session);
    const { kind } = transports[protocol];
    if (!kinds.some((known) => known === kind)) {
      const message = `found ${printed(protocol)}; ${name} runs over ${kinds.flatMap(transportsOf).join(' or ')}`;
      return [value(['sessions', i, 'transport', 'protocol'], message)];
    }
    const { carries } = paths[session.path];
    if (session.path === 'punched' && protocol !== 'tcp') {
      const message = `found ${printed(session.path)}; such a path is for tcp, and ${session.name} runs over ${protocol}`;
      return [value(['sessions', i, 'path'], message)];
    }
    const { method } = session.app.params;
    if (name === 'discovery' && (method === 'hop-limits' || method === 'notes')) {
      if (protocol !== 'tcp') {
        const message = `found ${printed(protocol)}; ${method} looks for what SYNs meet, and is for tcp`;
        return [value(['sessions', i, 'transport', 'protocol'], message)];
      }
      if (!paths[session.path].hasTarget) {
        const message = `found ${printed(session.path)}; ${method} needs a path whose connections always go to one place`;
        return [value(['sessions', i, 'path'], message)];
      }
    }
    if (carries.includes(kind)) return [];
    const carried = carries.flatMap(transportsOf).join(' or ');
    const message = `found ${printed(session.path)}; such a path carries ${carried}, and ${session.name} runs over ${protocol}`;
    return [value(['sessions', i, 'path'], message)];
  });
}

function checkNodes(file: ScenarioFile, networks: Networks): Finding[] {
  const { network: choice, sessions } = file;
  const network = networks.of(choice);
  const broken = checkNetwork(choice.name, network);
  if (broken.length > 0) return broken;
  const parts = networks.partsOf(network);
  return [
    ...sessions.flatMap((session, i) => checkCopies(session, ['sessions', i], network, parts)),
    ...checkMiddleboxes(file.middleboxes, network),
    ...checkServers(file, network),
  ];
}

/** Only a network that is written out can have these mistakes. */
function checkNetwork(topology: string, { nodes, links }: Network): Finding[] {
  const known = new Set(nodes);
  const twice = nodes.findIndex((node, i) => nodes.indexOf(node) !== i);
  const at = (...path: Path) => ['network', topology, ...path];
  const findings = twice < 0 ? [] : [value(at('nodes', twice), `${printed(nodes[twice])} is given twice`)];
  links.forEach(({ from, to }, i) => {
    [from, to].forEach((node, end) => {
      if (!known.has(node)) findings.push(value(at('links', i, 'between', end), unknownNode(node, nodes)));
    });
    if (from === to) findings.push(value(at('links', i, 'between'), `a link from ${printed(from)} to itself`));
  });
  return findings;
}

/** All sessions of an entry; without a number in the names of nodes they are alike. */
function checkCopies(
  session: SessionFields,
  at: Path,
  network: Network,
  parts: ReadonlyMap<string, number>,
): Finding[] {
  const copies = [session.from, session.to, ...viaOf(session)].some((node) => node.includes('#')) ? session.count : 1;
  for (let number = 1; number <= copies; number++) {
    const { path, circuit, traversal, onion } = session;
    const findings = checkSession({ ...endsOf(session, number), path, circuit, traversal, onion }, at, network, parts);
    if (findings.length > 0) return findings;
  }
  return [];
}

function checkSession(
  session: Pick<Session, 'from' | 'to' | 'via' | 'path' | 'circuit' | 'traversal' | 'onion'>,
  start: Path,
  { nodes, aliases }: Network,
  parts: ReadonlyMap<string, number>,
): Finding[] {
  const nodeOf = (name: string) => (nodes.includes(name) ? name : aliases[name]);
  const findings: Finding[] = [];
  const refuse = (path: Path, message: string) => findings.push(value([...start, ...path], message));
  const names = [...nodes, ...Object.keys(aliases)];
  const from = nodeOf(session.from);
  const to = nodeOf(session.to);
  if (from === undefined) refuse(['from'], unknownNode(session.from, names));
  if (to === undefined) refuse(['to'], unknownNode(session.to, names));
  if (from === undefined || to === undefined) return findings;
  if (from === to) refuse(['to'], `found ${printed(session.to)}, which is where the session comes from`);
  if (parts.get(from) !== parts.get(to)) refuse(['to'], `no path leads from ${session.from} to ${session.to}`);
  if (session.path === 'tunnelled' && viaOf(session).length % 2 === 1) {
    refuse(['via'], 'expected the first and the last node of each tunnel: an even number of nodes');
  }
  if (session.path === 'onion' && session.onion.attack !== 'none' && session.via !== 'all') {
    const { attacker } = session.onion;
    const most = session.via.length - 1;
    if (attacker > most) refuse(['onion', 'attacker'], `found ${attacker}; relays that pass cells on are ${most}`);
  }
  if (session.path === 'aggregated' && session.via !== 'all' && session.via.length !== 2) {
    refuse(['via'], `found ${session.via.length}; expected two nodes, the aggregators`);
  }
  if (session.path === 'aggregated' && session.circuit.protocol === 'tcp' && session.circuit.streams > 1) {
    refuse(['circuit', 'streams'], `found ${session.circuit.streams}; a circuit over tcp has one`);
  }
  const { server } = session.traversal;
  if (server !== '' && nodeOf(server) === undefined) refuse(['traversal', 'server'], unknownNode(server, names));
  const seen = new Set<string>();
  viaOf(session).forEach((name, i) => {
    const node = nodeOf(name);
    if (node === undefined) refuse(['via', i], unknownNode(name, names));
    // an aggregator may be an end of the session
    else if ((node === from || node === to) && session.path !== 'aggregated') {
      refuse(['via', i], `found ${printed(name)}, an end of the session; expected nodes between`);
    } else if (seen.has(node)) refuse(['via', i], `${printed(name)} is given twice`);
    else seen.add(node);
  });
  return findings;
}

function unknownNode(name: string, known: readonly string[]): string {
  return `found ${printed(name)}; expected a node: ${oneOf(known)}${suggestion(name, known)}`;
}

/** Parts of the study that do not fit each other. `points` are its points. */
export function checkStudy(
  file: ScenarioFile,
  points: readonly ScenarioFile[],
  factors: readonly Factor[],
  networks: Networks,
): Finding[] {
  return [...checkPaths(points), ...checkRecord(file), ...checkExpectations(file, points, factors, networks)];
}

function checkRecord({ record, run }: ScenarioFile): Finding[] {
  return record.replications.flatMap((replication, i) => {
    if (replication <= run.replications) return [];
    const message = `found ${replication}; expected at most run.replications, which is ${run.replications}`;
    return [value(['record', 'replications', i], message)];
  });
}

/** Names that would stand for two things in results. */
export function checkNames({ sessions }: ScenarioFile): Finding[] {
  const seen = new Set<string>();
  return sessions.flatMap((session, i) => {
    const taken = [...new Set([session.name, ...namesOf(session)])].filter(
      (name) => seen.has(name) || name === 'network',
    );
    for (const name of namesOf(session)) seen.add(name);
    seen.add(session.name);
    if (taken.length === 0) return [];
    const why = taken[0] === 'network' ? 'stands for all sessions in results' : 'is the name of another session';
    return [value(['sessions', i, 'name'], `${printed(taken[0])} ${why}`)];
  });
}

/** What says how a path is laid, where no point takes such a path: a mistake. */
function checkPaths(points: readonly ScenarioFile[]): Finding[] {
  const sessions = points[0]?.sessions ?? [];
  return sessions.flatMap((session, i) => {
    const taken = new Set<PathName>(points.map((point) => point.sessions[i]!.path));
    const useless = (field: string, uses: (path: SessionPath) => boolean): Finding[] => {
      const users = PATHS.filter((name) => uses(paths[name]));
      if (users.some((name) => taken.has(name))) return [];
      const message = `only with path: ${users.join(' or ')}; the path of ${session.name} is ${[...taken].join(' or ')}`;
      return [{ path: ['sessions', i, field], part: 'name', message }];
    };
    const settings = new Set(PATHS.flatMap((name) => paths[name].settings ?? []));
    return [
      ...useless('via', ({ hasVia }) => hasVia),
      ...(session.legs.length > 0 ? useless('legs', ({ settings }) => settings === 'relay') : []),
      ...(session.backup.length > 0 ? useless('backup', ({ settings }) => settings === 'relay') : []),
      ...[...settings].flatMap((field) => useless(field, (path) => path.settings === field)),
    ];
  });
}

function checkExpectations(
  { expect, sessions }: ScenarioFile,
  points: readonly ScenarioFile[],
  factors: readonly Factor[],
  networks: Networks,
): Finding[] {
  if (expect.length === 0) return [];
  const flows = ['network', ...sessions.flatMap((session) => [session.name, ...namesOf(session)])];
  const servers = points.flatMap((point) => serverNames(point, networks.of(point.network)));
  const known = [...new Set([...flows, ...servers])];
  const links = linkNames(points, networks);
  const boxes = new Set(points.flatMap((point) => Object.keys(point.middleboxes)));
  const names = factors.map(({ name }) => name);
  return expect.flatMap((expectation, i) => {
    const findings: Finding[] = [];
    const at = (...path: Path) => ['expect', i, ...path];
    const { atLeast, atMost, near } = expectation;
    if (atLeast === undefined && atMost === undefined && near === undefined) {
      findings.push(value(at(), 'expected a bound: atLeast, atMost, both, or near'));
    }
    if (near !== undefined && !names.includes(near.of)) {
      const expected = names.length === 0 ? 'nothing is swept' : `expected a factor: ${oneOf(names)}`;
      findings.push(value(at('near', 'of'), `found ${printed(near.of)}; ${expected}${suggestion(near.of, names)}`));
    }
    if (!known.includes(expectation.flow) && !links.has(expectation.flow) && !boxes.has(expectation.flow)) {
      const near = suggestion(expectation.flow, known);
      const message = `found ${printed(expectation.flow)}; expected a session, network, or a link such as n0>n1: ${oneOf(known)}${near}`;
      findings.push(value(at('flow'), message));
    }
    for (const [factor, wanted] of Object.entries(expectation.at)) {
      const values = factors.find(({ name }) => name === factor)?.levels.map(({ label }) => label);
      if (values === undefined) {
        const expected = names.length === 0 ? 'nothing is swept' : `expected a factor: ${oneOf(names)}`;
        const message = `unknown factor; ${expected}${suggestion(factor, names)}`;
        findings.push({ path: at('at', factor), part: 'name', message });
      } else if (!values.some((v) => String(v) === String(wanted))) {
        const message = `found ${printed(wanted)}; expected ${oneOf(values.map(String))}`;
        findings.push(value(at('at', factor), message));
      }
    }
    return findings;
  });
}

/** Results name each direction of a link. */
function linkNames(points: readonly ScenarioFile[], networks: Networks): Set<string> {
  const choices = new Set(points.map(({ network }) => network));
  const links = [...choices].flatMap((choice) => networks.of(choice).links);
  return new Set(links.flatMap(({ from, to }) => [`${from}>${to}`, `${to}>${from}`]));
}

function viaOf(session: Pick<Session, 'via' | 'path'>): readonly string[] {
  return paths[session.path].hasVia && session.via !== 'all' ? session.via : [];
}

function value(path: Path, message: string): Finding {
  return { path, part: 'value', message };
}
