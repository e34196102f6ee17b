import { type Command, Option } from 'commander';
import { megabytesFrom, secondsFrom } from './limits';
import {
  collectExclusion,
  collectFactor,
  collectSetting,
  collectWhen,
  collectZip,
  integerFrom,
  precisionFrom,
} from './settings';
import { shardFrom } from './shard';

/*
 * Options that several commands have.
 */

/** Options of commands that make runs and write results. */
export function running(command: Command): Command {
  return making(changing(command))
    .option('--out <dir>', 'folder of all results', 'results')
    .option('--json', 'print a summary as JSON instead of a table')
    .option('--quiet', 'print nothing but mistakes, and JSON if asked for')
    .option('--resume', 'use runs that were made earlier; this is what happens without the option, too', true)
    .option('--no-resume', 'make all runs again')
    .option('--shard <i/n>', 'make only part i of n, and keep its runs for hopwise collect', shardFrom);
}

/** Options of commands that make runs. */
export function making(command: Command): Command {
  return command
    .option('--workers <n>', 'threads; by default one per core', integerFrom(1))
    .option('--run-time <time>', 'give up a run that takes longer; by default 1 h', secondsFrom)
    .option('--run-memory <size>', 'give up a run that needs more memory; by default 4 GiB', megabytesFrom)
    .option('--run-events <n>', 'give up a run that fires more events; by default 10^11', integerFrom(1));
}

/** Options that change a scenario. */
export function changing(command: Command): Command {
  return command
    .option('--set <path=value>', 'change a field, such as network.chain.segments=4; repeatable', collectSetting)
    .option(
      '--sweep <name=path:values>',
      'add a factor: rtt=network.chain.rtt:10 ms, 40 ms, or a range: 10 ms..100 ms step 10 ms, 1..64 count 7 log; repeatable',
      collectFactor,
    )
    .option('--zip <name=factor>', 'let a factor move value by value with another; repeatable', collectZip)
    .option('--when <name=factor:values>', 'vary a factor only where another has these values; repeatable', collectWhen)
    .option(
      '--exclude <factor=value,...>',
      'leave out combinations that have all these values; repeatable',
      collectExclusion,
    )
    .option('--seed <n>', 'change run.seed', integerFrom(0))
    .option('--replications <n>', 'change run.replications', integerFrom(1))
    .option(
      '--precision <half-width>',
      'replicate until intervals are so narrow: 2 %, or completionTime of A: 50 ms',
      precisionFrom,
    );
}

/** One of some names. */
export function oneOfOption(flags: string, description: string, names: readonly string[], byDefault: string): Option {
  return new Option(flags, description).choices(names).default(byDefault);
}

export const SCENARIO = 'a file, or the name of one in scenarios/';
