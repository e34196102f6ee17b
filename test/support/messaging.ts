import { check, type CheckOptions, type Report } from '../../sim/verdict/check';
import type { Status } from '../../sim/verdict/rule';
import { scenarioOf } from './scenario';

/** What differs from one session of ten messages, set up through a proxy and carried by MSRP directly. */
export interface Messaging {
  readonly servers?: string;
  /** Fields of the session besides its ends and application. */
  readonly session?: string;
  /** Fields of its application. */
  readonly app?: string;
  /** The application with its fields, in place of im-session. */
  readonly other?: string;
  /** More sessions, each a line. */
  readonly beside?: readonly string[];
  readonly middleboxes?: string;
  readonly rate?: string;
  readonly duration?: string;
}

/**
 * alice and bob with the routers left, middle and right between them, a proxy off to the side, and a neighbour whose traffic
 * shares the links in the middle.
 */
export function messaging(options: Messaging = {}): string {
  const { servers = '[{ on: proxy }]', session = '', app = '', beside = [], middleboxes, rate = '10 Mbit/s' } = options;
  const own = options.other ?? `im-session: { messages: 10, gap: 200 ms, gaps: fixed, ${app} }`;
  const extra = session === '' ? '' : `, ${session}`;
  return `
title: messages
network:
  graph:
    nodes: [alice, left, middle, right, bob, proxy, near, far]
    links:
      - { between: [alice, left], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [left, middle], rate: ${rate}, delay: 10 ms }
      - { between: [middle, right], rate: ${rate}, delay: 10 ms }
      - { between: [right, bob], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [left, proxy], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [near, left], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [far, right], rate: 10 Mbit/s, delay: 5 ms }
${middleboxes === undefined ? '' : `middleboxes: ${middleboxes}`}
signalling: { servers: ${servers} }
sessions:
  - { name: chat, from: alice, to: bob${extra}, app: { ${own} } }
${beside.map((line) => `  - ${line}`).join('\n')}
run: { duration: ${options.duration ?? '10 s'} }
`;
}

const SEED = [1, 2, 3, 4] as const;

export function reportOf(options: Messaging = {}, checking?: CheckOptions): Report {
  return check(scenarioOf(messaging(options)), SEED, checking);
}

/** The verdict of one rule, with its reason. */
export function verdictOf(report: Report, name: string): { readonly status: Status; readonly because: string } {
  const found = report.verdicts.find(({ rule }) => rule.name === name);
  if (found === undefined) throw new Error(`no rule is called ${name}`);
  return found.finding;
}
