import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { seedOf } from '../../run/seed';
import type { PointResult, RunReply, StudySource } from '../../run/messages';
import type { Study } from '../../scenario/scenario';
import { headLine, JournalWriter, journalsIn, mayGrow, removeJournals } from './journal';
import { eachLine } from './lines';
import { hashOfKey, type PointsByHash, RunKeys } from './run-key';
import { isIntact, keyOfLine, replyOfLine, runLine } from './run-line';

/** The file of a results folder that holds the runs themselves. */
export const RUNS_FILE = 'runs.jsonl';

const NOWHERE = -1;

/**
 * The finished runs of one study in a results folder, made now or earlier, by this study or another that has the same
 * runs. Replies stay in files; what is kept in memory is where each of them is.
 */
export class RunStore {
  readonly keys: RunKeys;
  /** For each run, by point and replication: the file, where its line begins, and how long it is without its end. */
  private readonly fileOf: Int32Array;
  private readonly offsetOf: Float64Array;
  private readonly lengthOf: Uint32Array;
  private readonly files: string[] = [];
  private readonly descriptors = new Map<number, number>();
  private readonly journal: JournalWriter;
  private journalIndex = NOWHERE;
  private count = 0;

  private constructor(
    readonly results: string,
    readonly study: Study,
    readonly engine: string,
  ) {
    this.keys = new RunKeys(study);
    const runs = study.points.length * study.replications;
    this.fileOf = new Int32Array(runs).fill(NOWHERE);
    this.offsetOf = new Float64Array(runs);
    this.lengthOf = new Uint32Array(runs);
    this.journal = new JournalWriter(results, engine);
  }

  /** With `resume`, finds the runs that are there already. */
  static open(results: string, study: Study, engine: string, resume = true): RunStore {
    const store = new RunStore(results, study, engine);
    if (resume) store.refresh();
    return store;
  }

  /** Finished runs. */
  get finished(): number {
    return this.count;
  }

  has(point: number, replication: number): boolean {
    return this.fileOf[this.slot(point, replication)] !== NOWHERE;
  }

  /** Looks again for runs, of other processes too. */
  refresh(): void {
    const points = this.keys.pointsByHash();
    for (const file of [...resultFilesIn(this.results), ...journalsIn(this.results)]) this.scan(file, points);
  }

  /** Keeps a run that has just finished: it is in a file when this returns. */
  keep(point: number, replication: number, reply: RunReply): void {
    const line = runLine(this.keys.of(point, replication), reply);
    const offset = this.journal.append(line);
    if (this.journalIndex === NOWHERE) this.journalIndex = this.files.push(this.journal.file) - 1;
    this.put(this.slot(point, replication), this.journalIndex, offset, Buffer.byteLength(line) - 1);
  }

  /** Notes a run that failed, for whoever follows from elsewhere. */
  keepFailure(point: number, replication: number, message: string): void {
    this.journal.append(`${JSON.stringify({ failed: this.keys.of(point, replication), message })}\n`);
  }

  reply(point: number, replication: number): RunReply | undefined {
    const slot = this.slot(point, replication);
    const file = this.fileOf[slot]!;
    if (file === NOWHERE) return undefined;
    let descriptor = this.descriptors.get(file);
    if (descriptor === undefined) this.descriptors.set(file, (descriptor = openSync(this.files[file]!, 'r')));
    const line = Buffer.allocUnsafe(this.lengthOf[slot]!);
    readSync(descriptor, line, 0, line.length, this.offsetOf[slot]!);
    if (!isIntact(line)) throw new Error(`${this.files[file]!}: changed while it was in use`);
    return replyOfLine(line);
  }

  /** What has been found so far, read point by point. */
  source(): StudySource {
    const { study, engine } = this;
    return { scenario: study, seed: study.seed, version: engine, points: { [Symbol.iterator]: () => this.points() } };
  }

  /** Ends the journal. With `absorbed`, its runs and those of others that this study has are safe elsewhere. */
  close(absorbed = false): void {
    const own = this.journal.close();
    for (const descriptor of this.descriptors.values()) closeSync(descriptor);
    this.descriptors.clear();
    if (!absorbed) return;
    const points = this.keys.pointsByHash();
    const others = journalsIn(this.results).filter(
      (file) => file !== own && !mayGrow(file) && this.holdsAll(file, points),
    );
    removeJournals(this.results, own === undefined ? others : [own, ...others]);
  }

  private *points(): Iterator<PointResult> {
    const { study } = this;
    for (const [point, { factors }] of study.points.entries()) {
      const replications = [];
      for (let replication = 1; replication <= study.replications; replication++) {
        const reply = this.reply(point, replication);
        if (reply !== undefined) replications.push({ replication, seed: seedOf(study.seed, replication), reply });
      }
      yield { factors, replications };
    }
  }

  private scan(file: string, points: PointsByHash): void {
    const index = this.files.push(file) - 1;
    const head = headLine(this.engine).trimEnd();
    let isOurs = false;
    eachLine(file, (line, offset) => {
      if (offset === 0) isOurs = line.toString() === head;
      if (!isOurs) return;
      const key = keyOfLine(line);
      const wanted = key === undefined ? undefined : this.slotsOf(key, points);
      if (wanted === undefined || !isIntact(line)) return;
      for (const slot of wanted) if (this.fileOf[slot] === NOWHERE) this.put(slot, index, offset, line.length);
    });
  }

  /** Whether every run in a journal is one of this study's that is there. */
  private holdsAll(file: string, points: PointsByHash): boolean {
    const head = headLine(this.engine).trimEnd();
    let all = true;
    eachLine(file, (line, offset) => {
      const key = keyOfLine(line);
      if (offset === 0) all = line.toString() === head;
      else if (key !== undefined && isIntact(line)) {
        all &&= this.slotsOf(key, points)?.every((slot) => this.fileOf[slot] !== NOWHERE) ?? false;
      }
    });
    return all;
  }

  private put(slot: number, file: number, offset: number, length: number): void {
    if (this.fileOf[slot] === NOWHERE) this.count++;
    this.fileOf[slot] = file;
    this.offsetOf[slot] = offset;
    this.lengthOf[slot] = length;
  }

  private slot(point: number, replication: number): number {
    return point * this.study.replications + replication - 1;
  }

  private slotsOf(key: string, points: PointsByHash): number[] | undefined {
    const replication = Number(key.slice(key.lastIndexOf('-') + 1));
    if (!(replication >= 1 && replication <= this.study.replications)) return undefined;
    const found = points.get(hashOfKey(key))?.filter((point) => this.keys.of(point, replication) === key);
    return found === undefined || found.length === 0 ? undefined : found.map((point) => this.slot(point, replication));
  }
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
