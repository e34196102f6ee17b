import { Exit } from '../exit';
import { carryOut, mostRuns, orderOf, type RunOptions } from '../order';
import type { Terminal } from '../terminal';
import { inWorkshop } from '../workshop';

/** Runs scenarios, writes their results, and checks their expectations. Mistakes in any are found before the first run. */
export async function run(scenarios: readonly string[], options: RunOptions, terminal: Terminal): Promise<Exit> {
  const orders = scenarios.map((given) => orderOf(given, options));
  return await inWorkshop(options, Math.max(...orders.map(mostRuns)), terminal, async (workshop) => {
    let worst: Exit = Exit.ok;
    for (const order of orders) {
      const exit = await carryOut(order, options, workshop);
      if (exit > worst) worst = exit;
      if (workshop.signal.aborted) break;
    }
    return worst;
  });
}
