import { Exit } from '../exit';
import { carryOut, inWorkshop, orderOf, type RunOptions } from '../order';
import type { Terminal } from '../terminal';

/** Runs scenarios, writes their results, and checks their expectations. Mistakes in any are found before the first run. */
export async function run(scenarios: readonly string[], options: RunOptions, terminal: Terminal): Promise<Exit> {
  const orders = scenarios.map((given) => orderOf(given, options));
  const most = Math.max(...orders.map(({ tasks }) => tasks.length));
  return await inWorkshop(options.workers, most, terminal, async (workshop) => {
    let worst: Exit = Exit.ok;
    for (const order of orders) {
      const exit = await carryOut(order, options, workshop);
      if (exit > worst) worst = exit;
      if (workshop.signal.aborted) break;
    }
    return worst;
  });
}
