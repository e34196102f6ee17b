import { join } from 'node:path';
import { Exit, UsageError } from '../exit';
import { showProgress } from '../progress';
import { readRecord, resultsFolder, type RunRecordFile } from '../read-results';
import { describeTask } from '../repeat';
import { loadStudy } from '../scenario-files';
import { engineVersion } from '../store/engine';
import { type Task, makeRuns, queueOf } from '../study-runner';
import { print, type Terminal } from '../terminal';
import { inWorkshop, type WorkshopOptions } from '../workshop';
import type { Study } from '../../scenario/scenario';

export interface ReproduceOptions extends WorkshopOptions {
  /** Make only so many of the runs, from all over the study. */
  readonly sample?: number;
  readonly quiet?: boolean;
}

interface Recorded {
  readonly task: Task;
  readonly fingerprint: string;
}

/** Makes the runs of some results again and tells whether each is the same to the last packet. */
export async function reproduce(given: string, options: ReproduceOptions, terminal: Terminal): Promise<Exit> {
  const directory = resultsFolder(given);
  const record = readRecord(directory);
  const study = loadStudy(join(directory, `${record.study}.yaml`));
  const runs = sampleOf(recordedRuns(study, record, directory), options.sample);
  if (record.version !== engineVersion()) {
    print(
      terminal.err,
      `made by Hopwise ${record.version}; this is ${engineVersion()}, and a difference may be theirs`,
    );
  }
  const expected = new Map(runs.map(({ task, fingerprint }) => [keyOf(task), fingerprint]));
  const different: Task[] = [];
  return await inWorkshop(options, runs.length, terminal, async ({ pool, signal }) => {
    const progress = showProgress(study.name, () => runs.length, terminal, options.quiet ?? false);
    // The time series are in files of their own; recording them changes nothing in a run.
    const plain: Study = { ...study, recorded: [] };
    const { failures, missing } = await makeRuns(
      plain,
      queueOf(runs.map(({ task }) => task)),
      pool(),
      (task, { fingerprint }) => {
        if (expected.get(keyOf(task)) !== fingerprint) different.push(task);
      },
      signal,
      {
        onFinished: () => {
          progress.finished();
        },
        onFailed: () => {
          progress.failed();
        },
      },
    ).finally(() => {
      progress.end();
    });
    if (missing > 0) return Exit.interrupted;
    for (const failure of failures) print(terminal.err, `failed now: ${describeTask(failure)}: ${failure.message}`);
    for (const task of different.slice(0, 10)) print(terminal.err, `not the same: ${describeTask(task)}`);
    const same = runs.length - failures.length - different.length;
    print(terminal.out, `${directory}: ${same} of ${runs.length} runs are the same to the last packet`);
    return same === runs.length ? Exit.ok : Exit.unmet;
  });
}

function recordedRuns(study: Study, { points }: RunRecordFile, directory: string): Recorded[] {
  const known = new Map(study.points.map((point, index) => [JSON.stringify(point.factors), { point, index }]));
  return points.flatMap(({ factors, replications }) => {
    const found = known.get(JSON.stringify(factors));
    if (found === undefined) throw new UsageError(`${directory}: its scenario has no point ${JSON.stringify(factors)}`);
    return replications.map(({ replication, fingerprint }) => ({ task: { ...found, replication }, fingerprint }));
  });
}

/** Evenly spread. */
function sampleOf(runs: readonly Recorded[], size = runs.length): readonly Recorded[] {
  if (size >= runs.length) return runs;
  return Array.from({ length: size }, (_, i) => runs[Math.floor(((i + 0.5) * runs.length) / size)]!);
}

function keyOf({ index, replication }: Task): string {
  return `${index}/${replication}`;
}
