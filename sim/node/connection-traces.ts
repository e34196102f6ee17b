import { join } from 'node:path';
import { logConnections } from '../trace/qlog';
import type { OpenSink, SessionOf, TextSink } from '../trace/sink';
import { drawTimeSequences } from '../trace/time-sequence';
import type { Simulation } from '../net/simulation';
import type { LiveRun } from '../run/live-run';
import type { Study } from '../scenario/scenario';
import { DraftFolder } from './draft-folder';
import { fileName, type Recorder } from './recorder';
import type { Task } from './study-runner';

/** A format of files about connections. */
export interface TraceFormat {
  /** What the files are called, in words for the user. */
  readonly noun: string;
  readonly extension: string;
  /** Has `open` make a file for each connection of the run. */
  follow(simulation: Simulation, open: OpenSink, sessionOf: SessionOf): void;
}

export const qlogFormat: TraceFormat = {
  noun: 'qlog traces',
  extension: 'sqlog',
  follow: logConnections,
};

export const xplFormat: TraceFormat = {
  noun: 'time sequences',
  extension: 'xpl',
  follow: drawTimeSequences,
};

/** Writes a file for each connection of a run to a folder, which gets its name when all are whole. */
export class TraceRecorder implements Recorder {
  readonly told: string;
  private draft: DraftFolder | null = null;

  constructor(
    private readonly format: TraceFormat,
    private readonly folder: string,
    private readonly name: string,
  ) {
    this.told = `${format.noun} in ${join(folder, name)}`;
  }

  /** `into` is the folder that the user named. */
  static of(format: TraceFormat, into: string, study: Study, task: Task): TraceRecorder {
    return new TraceRecorder(format, join(into, study.name), fileName(task));
  }

  begin(live: LiveRun): void {
    const draft = (this.draft = new DraftFolder(this.folder, this.name));
    const names = new Map(live.sessions.map(({ flow, spec }) => [flow, spec.name]));
    const used = new Map<string, number>();
    const open = (name: string): TextSink => {
      // a port may serve again once its connection is gone
      const times = (used.get(name) ?? 0) + 1;
      used.set(name, times);
      const file = times === 1 ? name : `${name}.${times}`;
      return draft.file(`${file.replaceAll(/[^\w.=,+-]+/g, '_')}.${this.format.extension}`);
    };
    this.format.follow(live.simulation, open, (flow) => names.get(flow) ?? `flow ${flow}`);
  }

  end(): void {
    this.draft!.finish();
    this.draft = null;
  }

  discard(): void {
    this.draft?.discard();
  }
}
