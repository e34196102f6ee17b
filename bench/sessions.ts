import { join } from 'node:path';
import { measured } from './measure';
import { table } from './table';

/** Sessions that share a circuit and are idle most of the time. */
export interface SessionsResult {
  readonly sessions: number;
  /** CPU seconds and peak resident memory, MiB, of the whole process. */
  readonly cpu: number;
  readonly peak: number;
  /** Messages delivered after the warm-up. */
  readonly messages: number;
}

/** What it costs to keep many sessions, as `scenarios/million-idle-sessions.yaml` has them. */
export function benchSessions(options: { readonly quick: boolean }, say: (line: string) => void): SessionsResult[] {
  const program = join(__dirname, 'run-sessions.js');
  return (options.quick ? [1000, 1_000_000] : [1000, 100_000, 1_000_000]).map((sessions) => {
    const { output, cost } = measured(process.execPath, [program, `${sessions}`]);
    say(`${sessions} sessions: ${cost.cpu.toFixed(1)} s of CPU, ${cost.peak.toFixed(0)} MiB`);
    return { sessions, ...cost, messages: Number(output) };
  });
}

export function sessionsTable(results: readonly SessionsResult[]): string {
  const [fewest] = results;
  return table(
    ['idle sessions in a circuit, 120 s', 'messages', 'CPU s', 'peak MiB', 'bytes for each more'],
    results.map((r) => {
      const more = r.sessions - fewest!.sessions;
      const bytes = more === 0 ? '–' : (((r.peak - fewest!.peak) * 2 ** 20) / more).toFixed(0);
      return [`${r.sessions}`, `${r.messages}`, r.cpu.toFixed(1), r.peak.toFixed(0), bytes];
    }),
  );
}
