/** `make bench`: how fast, beside others and part by part; JSON and charts to results/bench. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchHeap, heapTable } from './heap';
import { benchIdle, idleTable } from './idle';
import { benchMicro, microTable } from './micro';
import { benchPeers, peersChart, peersTable } from './peers-bench';
import { benchScale, scaleChart, scaleTable } from './scale';
import { benchSessions, sessionsTable } from './sessions';
import { benchStartup, startupTable } from './startup';
import { benchWatched, watchedTable } from './watched';
import { type WorkloadName, WORKLOADS } from './workloads';

const PARTS = ['peers', 'heap', 'scale', 'idle', 'sessions', 'watched', 'startup', 'micro'] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    repetitions: { type: 'string', default: '3' },
    workloads: { type: 'string', default: 'W1,W2,W3,W4' },
    results: { type: 'string', default: join(__dirname, '..', '..', 'results', 'bench') },
  },
});

const wrong = positionals.filter((part) => !(PARTS as readonly string[]).includes(part));
if (wrong.length > 0) throw new Error(`expected some of ${PARTS.join(', ')}, not ${wrong.join(', ')}`);
const wants = (part: (typeof PARTS)[number]): boolean => positionals.length === 0 || positionals.includes(part);
const options = {
  quick: values.quick,
  repetitions: Number(values.repetitions),
  workloads: WORKLOADS.filter((w): w is WorkloadName => values.workloads.split(',').includes(w)),
};
const say = (line: string): void => console.error(line);

mkdirSync(values.results, { recursive: true });
console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);

if (wants('peers')) {
  const results = benchPeers(options, say);
  finish('peers', results, peersTable(results), peersChart(results));
}
if (wants('heap')) {
  const results = benchHeap(options, say);
  finish('heap', results, heapTable(results));
}
if (wants('scale')) {
  const results = benchScale(options, say);
  finish('scale', results, scaleTable(results), scaleChart(results));
}
if (wants('idle')) {
  const results = benchIdle(options, say);
  finish('idle', results, idleTable(results));
}
if (wants('sessions')) {
  const results = benchSessions(options, say);
  finish('sessions', results, sessionsTable(results));
}
if (wants('watched')) {
  const result = benchWatched(options, say);
  finish('watched', result, watchedTable(result));
}
if (wants('startup')) {
  const results = benchStartup(options.repetitions);
  finish('startup', results, startupTable(results));
}
if (wants('micro')) {
  const results = benchMicro(say);
  finish('micro', results, microTable(results));
}

function finish(name: string, results: unknown, text: string, chart?: string): void {
  console.log(text);
  const when = { time: new Date().toISOString(), cpu: cpus()[0]?.model, node: process.version };
  writeFileSync(join(values.results, `${name}.json`), `${JSON.stringify({ ...when, results }, null, 1)}\n`);
  if (chart !== undefined) writeFileSync(join(values.results, `${name}.svg`), chart);
}
