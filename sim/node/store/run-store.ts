import { closeSync, existsSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { seedOf } from '../../run/seed';
import type { PointResult, RunReply, StudySource } from '../../run/messages';
import type { Study } from '../../scenario/scenario';
import { engineOfHead, JournalWriter, journalsIn, mayGrow, openWherever, removeJournals } from './journal';
import { eachLine } from './lines';
import { hashOfKey, type PointsByHash, keysOf, type RunKeys } from './run-key';
import { isIntact, keyOfLine, replyOfLine, runLine } from './run-line';

/** The file of a results folder that holds the runs themselves. */
export const RUNS_FILE = 'runs.jsonl';

const NOWHERE = -1;

const FAILED = '{"failed":';

/**
 * The finished runs of one study in a results folder, made now or earlier, by this study or another that has the same
 * runs. Replies stay in files; what is kept in memory is where each of them is.
 */
export class RunStore {
  readonly keys: RunKeys;
  /** By replication: where the run of each point is. */
  private readonly layers: Layer[] = [];
  private readonly files: string[] = [];
  private readonly descriptors = new Map<number, number>();
  private readonly journal: JournalWriter;
  private journalIndex = NOWHERE;
  private count = 0;
  /** Replications of a point that the study may have. */
  private readonly most: number;
  private readonly points: PointsByHash;

  private constructor(
    readonly results: string,
    readonly study: Study,
    readonly engine: string,
  ) {
    this.keys = keysOf(study);
    this.points = this.keys.pointsByHash();
    this.most = study.precision?.max ?? study.replications;
    this.journal = new JournalWriter(results, engine);
  }

  /** With `resume`, finds the runs that are there already; those in `others`, results folders too, in any case. */
  static open(results: string, study: Study, engine: string, resume = true, others: readonly string[] = []): RunStore {
    const store = new RunStore(results, study, engine);
    if (resume) store.refresh();
    store.look(others);
    return store;
  }

  /** Finished runs. */
  get finished(): number {
    return this.count;
  }

  has(point: number, replication: number): boolean {
    return this.fileOf(point, replication) !== NOWHERE;
  }

  /** Looks again for runs, of other processes too. */
  refresh(): void {
    this.look([this.results]);
  }

  private look(folders: readonly string[]): void {
    for (const folder of folders) {
      for (const file of [...resultFilesIn(folder), ...journalsIn(folder)]) this.scan(file, this.points);
    }
  }

  /** The failures that are noted, by key; a run that was made after all is not among them. */
  failures(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const file of journalsIn(this.results)) {
      eachLine(file, (line) => {
        if (line.toString('latin1', 0, FAILED.length) !== FAILED) return;
        const { failed, message } = JSON.parse(line.toString()) as { failed: string; message: string };
        found.set(failed, message);
      });
    }
    return found;
  }

  /** Keeps a run that has just finished: it is in a file when this returns. */
  keep(point: number, replication: number, reply: RunReply): void {
    const key = this.keys.of(point, replication);
    const line = runLine(key, reply);
    const offset = this.journal.append(line);
    if (this.journalIndex === NOWHERE) this.journalIndex = this.files.push(this.journal.file) - 1;
    const length = Buffer.byteLength(line) - 1;
    for (const alike of this.runsOf(key, this.points)!.points) {
      this.put(alike, replication, this.journalIndex, offset, length);
    }
  }

  /** Notes a run that failed, for whoever follows from elsewhere. */
  keepFailure(point: number, replication: number, message: string): void {
    this.journal.append(`${JSON.stringify({ failed: this.keys.of(point, replication), message })}\n`);
  }

  reply(point: number, replication: number): RunReply | undefined {
    const file = this.fileOf(point, replication);
    if (file === NOWHERE) return undefined;
    const { offsets, lengths } = this.layers[replication]!;
    let descriptor = this.descriptors.get(file);
    if (descriptor === undefined) this.descriptors.set(file, (descriptor = openRuns(this.files[file]!)));
    const line = Buffer.allocUnsafe(lengths[point]!);
    readSync(descriptor, line, 0, line.length, offsets[point]!);
    if (!isIntact(line)) throw new Error(`${this.files[file]!}: changed while it was in use`);
    return replyOfLine(line);
  }

  /**
   * What has been found so far, read point by point. `wanted` says how many replications of a point belong to the study;
   * others may have left more.
   */
  source(wanted: (point: number) => number = () => this.study.replications): StudySource {
    const { study, engine } = this;
    const points = { [Symbol.iterator]: () => this.pointResults(wanted) };
    return { scenario: study, seed: study.seed, version: engine, points };
  }

  /** Ends the journal. With `absorbed`, its runs and those of others that this study has are safe elsewhere. */
  close(absorbed = false): void {
    const own = this.journal.close();
    for (const descriptor of this.descriptors.values()) closeSync(descriptor);
    this.descriptors.clear();
    if (!absorbed) return;
    const others = journalsIn(this.results).filter(
      (file) => file !== own && !mayGrow(file) && this.holdsAll(file, this.points),
    );
    removeJournals(this.results, own === undefined ? others : [own, ...others]);
  }

  private *pointResults(wanted: (point: number) => number): Iterator<PointResult> {
    const { study } = this;
    for (const [point, { factors }] of study.points.entries()) {
      const replications = [];
      for (let replication = 1; replication <= wanted(point); replication++) {
        const reply = this.reply(point, replication);
        if (reply !== undefined) replications.push({ replication, seed: seedOf(study.seed, replication), reply });
      }
      yield { factors, replications };
    }
  }

  private scan(file: string, points: PointsByHash): void {
    let index = NOWHERE;
    let isOurs = false;
    eachLine(file, (line, offset) => {
      if (offset === 0) isOurs = engineOfHead(line.toString()) === this.engine;
      if (!isOurs) return;
      const key = keyOfLine(line);
      const found = key === undefined ? undefined : this.runsOf(key, points);
      if (found === undefined || !isIntact(line)) return;
      const { replication } = found;
      for (const point of found.points) {
        if (this.has(point, replication)) continue;
        if (index === NOWHERE) index = this.files.push(file) - 1;
        this.put(point, replication, index, offset, line.length);
      }
    });
  }

  /** Whether every run in a journal is one of this study's that is there. */
  private holdsAll(file: string, points: PointsByHash): boolean {
    let all = true;
    eachLine(file, (line, offset) => {
      const key = keyOfLine(line);
      if (offset === 0) all = engineOfHead(line.toString()) === this.engine;
      else if (key !== undefined && isIntact(line)) {
        const found = this.runsOf(key, points);
        all &&= found?.points.every((point) => this.has(point, found.replication)) ?? false;
      }
    });
    return all;
  }

  private put(point: number, replication: number, file: number, offset: number, length: number): void {
    const layer = (this.layers[replication] ??= newLayer(this.study.points.length));
    if (layer.files[point] === NOWHERE) this.count++;
    layer.files[point] = file;
    layer.offsets[point] = offset;
    layer.lengths[point] = length;
  }

  private fileOf(point: number, replication: number): number {
    return this.layers[replication]?.files[point] ?? NOWHERE;
  }

  /** The points of the study that a key belongs to. */
  private runsOf(key: string, points: PointsByHash): Found | undefined {
    const replication = Number(key.slice(key.lastIndexOf('-') + 1));
    if (!(replication >= 1 && replication <= this.most)) return undefined;
    const found = points.get(hashOfKey(key))?.filter((point) => this.keys.of(point, replication) === key);
    return found === undefined || found.length === 0 ? undefined : { points: found, replication };
  }
}

function openRuns(file: string): number {
  const descriptor = openWherever(file);
  if (descriptor === undefined) throw new Error(`${file}: removed while it was in use`);
  return descriptor;
}

interface Found {
  readonly points: readonly number[];
  readonly replication: number;
}

/** For each point: the file of one replication, where its line begins, and how long it is without its end. */
interface Layer {
  readonly files: Int32Array;
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
}

function newLayer(points: number): Layer {
  return {
    files: new Int32Array(points).fill(NOWHERE),
    offsets: new Float64Array(points),
    lengths: new Uint32Array(points),
  };
}

/** The runs of all studies whose results are below a folder. */
function resultFilesIn(results: string): string[] {
  return foldersIn(results)
    .flatMap((study) => foldersIn(study))
    .map((folder) => join(folder, RUNS_FILE))
    .filter((file) => existsSync(file));
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort();
}
