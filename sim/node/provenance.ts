import { createHash } from 'node:crypto';
import type { StudySource } from '../run/messages';
import { keysOf } from './store/run-key';

/** Where results come from: enough to make them again. */
export interface Provenance {
  readonly study: string;
  /** Names the results: a hash of what is below. */
  readonly run: string;
  /** Of Hopwise. */
  readonly version: string;
  /** A hash of all points of the study and of what is recorded. */
  readonly scenarioHash: string;
  readonly seed: number;
  /** To be given in the folder of the results. */
  readonly command: string;
}

export function provenanceOf({ scenario, seed, version }: StudySource, keys = keysOf(scenario)): Provenance {
  const { name, replications } = scenario;
  const scenarioHash = keys.hashOfStudy();
  const content = JSON.stringify([name, scenarioHash, seed, version]);
  return {
    study: name,
    run: createHash('sha256').update(content).digest('hex').slice(0, 10),
    version,
    scenarioHash,
    seed,
    command: `hopwise run ${name}.yaml --seed ${seed} --replications ${replications}`,
  };
}

/** As one line, for the top of a file. */
export function provenanceLine({ study, run, version, scenarioHash, seed, command }: Provenance): string {
  return `Hopwise ${version}, study ${study}, run ${run}, scenario ${scenarioHash}, seed ${seed}: ${command}`;
}
