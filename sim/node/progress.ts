import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal';
import { print } from './terminal';

/** Shows how far a study is. */
export interface Progress {
  finished(): void;
  failed(): void;
  /** A line for the user that must not be lost in a progress bar. */
  note(text: string): void;
  end(): void;
}

/** A bar on a terminal, a line every few seconds elsewhere, notes only when quiet. */
export function showProgress(label: string, total: () => number, { err }: Terminal, quiet: boolean): Progress {
  if (quiet) return new QuietProgress(err);
  return err.isTTY === true ? new BarProgress(label, total, err) : new LineProgress(label, total, err);
}

/** '1 min 5 s'. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** '12.5 runs/s'. */
export function formatRate(perSecond: number): string {
  return `${Number(perSecond.toPrecision(3))} runs/s`;
}

class QuietProgress implements Progress {
  constructor(private readonly err: NodeJS.WritableStream) {}
  finished(): void {}
  failed(): void {}
  end(): void {}
  note(text: string): void {
    print(this.err, text);
  }
}

/** Milliseconds between two lines of progress. */
const LINE_INTERVAL = 5000;

class LineProgress implements Progress {
  private done = 0;
  private failures = 0;
  private readonly start = Date.now();
  private last = this.start;

  constructor(
    private readonly label: string,
    private readonly total: () => number,
    private readonly err: NodeJS.WritableStream,
  ) {}

  finished(): void {
    this.done++;
    const now = Date.now();
    if (now - this.last < LINE_INTERVAL) return;
    this.last = now;
    const seconds = (now - this.start) / 1000;
    const left = (seconds / this.done) * (this.total() - this.done);
    const failures = this.failures > 0 ? `, ${this.failures} failed` : '';
    const rate = formatRate(this.done / seconds);
    const time = `${formatSeconds(seconds)}, about ${formatSeconds(left)} left`;
    print(this.err, `${this.label}: ${this.done} of ${this.total()} runs${failures}, ${rate}, ${time}`);
  }

  failed(): void {
    this.failures++;
    this.finished();
  }

  note(text: string): void {
    print(this.err, text);
  }

  end(): void {}
}

class BarProgress implements Progress {
  private readonly bar: SingleBar;
  private failures = 0;
  private done = 0;
  private readonly start = Date.now();

  constructor(
    label: string,
    private readonly total: () => number,
    private readonly err: Terminal['err'],
  ) {
    const format = `${label} {bar} {value}/{total} runs{failures}, {rate}, {duration_formatted}, about {eta_formatted} left`;
    const options = { format, stream: err, hideCursor: true, clearOnComplete: true, etaBuffer: 50 };
    this.bar = new SingleBar(options, Presets.shades_grey);
    this.bar.start(total(), 0, { failures: '', rate: formatRate(0) });
  }

  finished(): void {
    this.done++;
    const total = this.total();
    if (total !== this.bar.getTotal()) this.bar.setTotal(total);
    const failures = this.failures > 0 ? `, ${this.failures} failed` : '';
    const seconds = Math.max(0.001, (Date.now() - this.start) / 1000);
    this.bar.increment(1, { failures, rate: formatRate(this.done / seconds) });
  }

  failed(): void {
    this.failures++;
    this.finished();
  }

  note(text: string): void {
    // Clears the line that the bar is on; the bar draws itself again below.
    this.err.write(`\r\u001b[K${text}\n`);
  }

  end(): void {
    this.bar.stop();
  }
}
