import { hopwise, reportOf } from './simulators';
import { median } from './measure';
import { table } from './table';

/** W1 with a tap on every link, which sees each packet three times, and without. */
export interface WatchedResult {
  /** CPU seconds: medians. */
  readonly unwatched: number;
  readonly watched: number;
  /** Median over the rounds of the one over the other. */
  readonly ratio: number;
}

const SIM_SECONDS = 20;

export function benchWatched(options: { readonly repetitions: number }, say: (line: string) => void): WatchedResult {
  const command = hopwise.command('W1', SIM_SECONDS);
  const rounds = Array.from({ length: options.repetitions }, () => {
    const unwatched = reportOf(command);
    const watched = reportOf([...command, '--watched']);
    if (watched.report.fingerprint !== unwatched.report.fingerprint) throw new Error('watching changed the run');
    return { unwatched: unwatched.cost.cpu, watched: watched.cost.cpu };
  });
  const result = {
    unwatched: median(rounds.map(({ unwatched }) => unwatched)),
    watched: median(rounds.map(({ watched }) => watched)),
    ratio: median(rounds.map(({ unwatched, watched }) => watched / unwatched)),
  };
  say(`W1 watched: ${result.ratio.toFixed(2)} times the CPU`);
  return result;
}

export function watchedTable(result: WatchedResult): string {
  const row = [result.unwatched.toFixed(2), result.watched.toFixed(2), result.ratio.toFixed(2)];
  return table([`W1, ${SIM_SECONDS} s: CPU s unwatched`, 'every link tapped', 'ratio'], [row]);
}
