import { Exit } from '../exit';
import { carryOut, mostRuns, orderOf, type RunOptions } from '../order';
import { makeRecordings, type RecordingOptions, recordingsOf } from '../recordings';
import type { Terminal } from '../terminal';
import { inWorkshop } from '../workshop';

/** Runs scenarios, writes their results, and checks their expectations. Mistakes in any are found before the first run. */
export async function run(
  scenarios: readonly string[],
  options: RunOptions & RecordingOptions,
  terminal: Terminal,
): Promise<Exit> {
  const orders = scenarios.map((given) => {
    const order = orderOf(given, options);
    return { order, recordings: recordingsOf(order.study, order.tasks, options) };
  });
  const most = Math.max(...orders.map(({ order }) => mostRuns(order)));
  return await inWorkshop(options, most, terminal, async (workshop) => {
    let worst: Exit = Exit.ok;
    for (const { order, recordings } of orders) {
      const exit = await carryOut(order, options, workshop);
      if (exit > worst) worst = exit;
      if (workshop.signal.aborted) break;
      makeRecordings(order.study, recordings, options.quiet === true ? undefined : terminal);
    }
    return worst;
  });
}
