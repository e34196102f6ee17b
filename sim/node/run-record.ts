import { createHash } from 'node:crypto';
import type { StudyResult } from '../run/messages';
import { scenariosOf } from '../run/scenario-at';

/** What `run.json` holds: enough to know where every number came from, and to make it again. Nothing about the machine. */
export function runRecord(study: StudyResult, run: string) {
  const { scenario, seed, version, points } = study;
  const scenarioAt = scenariosOf(scenario);
  const replications = points.flatMap((point) => point.replications);
  return {
    study: scenario.name,
    title: scenario.title,
    question: scenario.question,
    run,
    version,
    seed,
    replications: scenario.replications,
    finished: replications.length,
    /** To be given in this folder. */
    command: `hopwise run ${scenario.name}.yaml --seed ${seed} --replications ${scenario.replications}`,
    /** Of all trajectories together; equal when each of them is. */
    fingerprint: fingerprintOf(replications.map(({ reply }) => reply.fingerprint)),
    counters: totals(replications.map(({ reply }) => reply.counters)),
    factors: scenario.factors,
    points: points.map((point) => ({
      factors: point.factors,
      scenario: scenarioAt(point.factors),
      replications: point.replications.map(({ replication, seed: words, reply }) => ({
        replication,
        seed: words,
        fingerprint: reply.fingerprint,
        counters: reply.counters,
      })),
    })),
    charts: scenario.charts,
    expect: scenario.expect,
    source: scenario.source,
  };
}

function fingerprintOf(fingerprints: readonly string[]): string {
  return createHash('sha256').update(fingerprints.join('\n')).digest('hex').slice(0, 16);
}

function totals(counters: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of counters) for (const [name, count] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
