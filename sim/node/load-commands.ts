import type * as all from './commands';

/** What the commands do, loaded when the first is called: `--help` does not wait for the simulator. */
export function commands(): typeof all {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- when called; bundle.mjs leaves it as it is
  return require('./commands') as typeof all;
}
