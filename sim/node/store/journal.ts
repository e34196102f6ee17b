import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/*
 * Finished runs on their way to the results of a study: files below RESULTS/.journal, one for each process that makes runs,
 * to which a line is appended when a run finishes. Nothing of a line is lost when the process is killed right after. A file
 * whose process has ended in order has the ending .jsonl, the others .open.jsonl.
 */

/** Within a results folder. */
export const JOURNAL = '.journal';
const OPEN = '.open.jsonl';
const ENDED = '.jsonl';

/** Appends to a file of its own, which is made with the first line. */
export class JournalWriter {
  private descriptor: number | undefined;
  private path = '';
  /** Where the next line begins. */
  private offset = 0;

  constructor(
    private readonly results: string,
    private readonly engine: string,
  ) {}

  /** The file, while it is written. */
  get file(): string {
    return this.path + OPEN;
  }

  /** Appends a line, end included, and returns where it begins. */
  append(line: string): number {
    if (this.descriptor === undefined) {
      mkdirSync(join(this.results, JOURNAL), { recursive: true });
      this.descriptor = this.open();
      this.write(headLine(this.engine));
    }
    const begin = this.offset;
    this.write(line);
    return begin;
  }

  /** Ends the file; its name is returned, unless nothing was written. */
  close(): string | undefined {
    if (this.descriptor === undefined) return undefined;
    closeSync(this.descriptor);
    this.descriptor = undefined;
    renameSync(this.file, this.path + ENDED);
    return this.path + ENDED;
  }

  /** A killed process with the same number may have left a file. */
  private open(): number {
    for (;;) {
      this.path = join(this.results, JOURNAL, `${host()}-${process.pid}-${writers++}`);
      try {
        return openSync(this.file, 'ax');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }

  private write(line: string): void {
    const bytes = Buffer.from(line);
    for (let done = 0; done < bytes.length;) done += writeSync(this.descriptor!, bytes, done);
    this.offset += bytes.length;
  }
}

let writers = 0;

/** The first line of every file of runs; `more` says where they come from. */
export function headLine(engine: string, more: object = {}): string {
  return `${JSON.stringify({ hopwise: engine, ...more })}\n`;
}

/** The engine that a first line names; undefined for any other line. */
export function engineOfHead(line: string): string | undefined {
  if (!line.startsWith('{"hopwise":')) return undefined;
  try {
    return (JSON.parse(line) as { hopwise: string }).hopwise;
  } catch {
    return undefined;
  }
}

/** The journals of a results folder. */
export function journalsIn(results: string): string[] {
  return filesIn(join(results, JOURNAL)).filter((file) => file.endsWith(ENDED));
}

/** What a journal is called when its process has ended in order. */
export function endedName(file: string): string {
  return file.endsWith(OPEN) ? file.slice(0, -OPEN.length) + ENDED : file;
}

/** Opens a journal, under its other name if its process has ended since it was found; undefined when it is gone. */
export function openWherever(file: string): number | undefined {
  for (const name of [file, endedName(file)]) {
    try {
      return openSync(name, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

/** Whether a journal may still be written: its process has neither ended in order nor, as far as this host knows, died. */
export function mayGrow(file: string): boolean {
  const match = /([^/]*)-(\d+)-\d+\.open\.jsonl$/.exec(file);
  if (match === null) return false;
  return match[1] !== host() || isRunning(Number(match[2]));
}

/** Removes journals, and their folder with the last. */
export function removeJournals(results: string, files: readonly string[]): void {
  for (const file of files) rmSync(file, { force: true });
  try {
    rmdirSync(join(results, JOURNAL));
  } catch (error) {
    if (!['ENOTEMPTY', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

export function isRunning(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function host(): string {
  return hostname().replace(/[^A-Za-z0-9.-]/g, '-');
}
