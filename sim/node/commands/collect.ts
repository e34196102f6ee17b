import { collectRuns } from '../collect';
import type { Exit } from '../exit';
import { openStore, orderOf, type RunOptions } from '../order';
import type { Terminal } from '../terminal';

export interface CollectOptions extends RunOptions {
  /** Other results folders that have runs. */
  readonly from?: readonly string[];
}

/** Joins the runs that several processes have made, and writes the same results as one of them would have. */
export function collect(given: string, options: CollectOptions, terminal: Terminal): Exit {
  const store = openStore(orderOf(given, options), options, options.from);
  try {
    return collectRuns(store, options, terminal);
  } finally {
    store.close();
  }
}
