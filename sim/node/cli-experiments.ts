import type { Command } from 'commander';
import { changing, making, oneOfOption, running, SCENARIO } from './cli-options';
import { commands } from './load-commands';
import type { Exit } from './exit';
import { collectText, collectValue, integerFrom, probabilityFrom, settingsCollector } from './settings';
import type { Terminal } from './terminal';

/*
 * The commands for experiments: sweeps, their results, and what they mean.
 */

const RESULTS = 'a folder of results, such as results/STUDY';

/** Adds the commands to the program. */
export function addExperiments(program: Command, terminal: Terminal, finish: (exit: Exit) => void): void {
  addMaking(program, terminal, finish);
  addJudging(program, terminal, finish);
}

function addMaking(program: Command, terminal: Terminal, finish: (exit: Exit) => void): void {
  running(program.command('sweep').summary('run a sweep: how many runs, how long, then all of them'))
    .description(
      'Says how many runs a scenario has and how long they will take, judged by a few of them, and makes them.',
    )
    .argument('<scenario>', SCENARIO)
    .option('--preview', 'only say how many and how long; what was tried is kept')
    .addOption(oneOfOption('--engine <name>', 'who makes the runs', ENGINES, 'local'))
    .option('--parts <n>', 'with an engine: parts made side by side; by default 16', integerFrom(1))
    .option('--submit <option>', 'with an engine: an option of its submit command; repeatable', collectText)
    .option('--again <n>', 'with an engine: submit anew what is missing, so many times', integerFrom(0), 3)
    .action(async (scenario: string, options) => {
      finish(await commands().sweep(scenario, options, terminal));
    });

  running(program.command('collect').summary('write the results of runs that were made in parts'))
    .description(
      'Joins the runs that shards or other machines have made. The files are those of one run of everything.',
    )
    .argument('<scenario>', SCENARIO)
    .option('--from <dir>', 'another results folder with runs; repeatable', collectText)
    .action((scenario: string, options) => {
      finish(commands().collect(scenario, options, terminal));
    });

  program
    .command('status')
    .summary('tell how far a sweep is, from anywhere')
    .description('Tells how far the studies are that are being made in a results folder, here or on other machines.')
    .argument('[dir]', 'the folder of all results', 'results')
    .option('--results', 'show what was found so far, too')
    .option('--json', 'print JSON')
    .action((directory: string, options) => {
      finish(commands().status(directory, options, terminal));
    });
}

function addJudging(program: Command, terminal: Terminal, finish: (exit: Exit) => void): void {
  making(changing(program.command('compare').summary('tell whether two variants differ, and by how much')))
    .description(COMPARE)
    .argument('<a>', `${SCENARIO}, or a folder of results`)
    .argument('[b]', 'the same')
    .option('--factor <name>', 'compare the values of this factor of A, the first with each other one')
    .option('--with <path=value>', 'compare A with A so changed; repeatable', settingsCollector('--with'))
    .option('--metric <name>', 'what to compare; repeatable; all for everything (default: goodput, jain)', collectText)
    .option('--flow <name>', 'only this flow; repeatable', collectText)
    .option('--confidence <p>', 'of the intervals', probabilityFrom, 0.95)
    .option('--power <p>', 'probability with which advised replications find a difference', probabilityFrom, 0.8)
    .option('--json', 'print JSON instead of a table')
    .action(async (a: string, b: string | undefined, options) => {
      finish(await commands().compare(a, b, options, terminal));
    });

  program
    .command('estimate')
    .summary('give numbers of finished results with intervals')
    .description(ESTIMATE)
    .argument('<results>', RESULTS)
    .option('--mean <quantity>', 'mean over replications: goodput of A; repeatable', collectText)
    .option('--ratio <a / b>', 'ratio of two means: goodput of A / goodput of B; repeatable', collectText)
    .option('--percentile <p>', 'percentile over replications: 95 % of completionTime of A; repeatable', collectText)
    .option('--jain <quantity>', "Jain's index of several flows' means: goodput of A, B, C; repeatable", collectText)
    .option(
      '--batch <column>',
      'batch means of one recorded run after the warm-up: goodput_bps of A; repeatable',
      collectText,
    )
    .option('--batches <n>', 'batches of --batch', integerFrom(5), 20)
    .addOption(oneOfOption('--interval <method>', 'of --mean; the others are bca', ['student', 'bca'], 'student'))
    .option('--confidence <p>', 'of the intervals', probabilityFrom, 0.95)
    .option('--json', 'print JSON instead of a table')
    .action((results: string, options) => {
      finish(commands().estimate(results, options, terminal));
    });

  making(changing(program.command('warmup').summary('find how long a scenario warms up')))
    .description(WARMUP)
    .argument('<scenario>', SCENARIO)
    .option('--runs <n>', 'replications that are averaged', integerFrom(1), 5)
    .option('--column <name>', 'a recorded series; repeatable (default: goodput_bps)', collectText)
    .option('--at <name=value>', 'only points where a factor has this value', collectValue)
    .option('--out <dir>', 'folder of all results', 'results')
    .option('--quiet', 'show no progress')
    .action(async (scenario: string, options) => {
      finish(await commands().warmup(scenario, options, terminal));
    });

  program
    .command('diff')
    .summary('tell in what two result sets differ')
    .description('Compares two result sets run by run and mean by mean. Ends with 1 when they differ.')
    .argument('<a>', RESULTS)
    .argument('<b>', 'the same')
    .option('--rows <n>', 'show so many changed means', integerFrom(0), 20)
    .action((a: string, b: string, options) => {
      finish(commands().diff(a, b, options, terminal));
    });

  making(program.command('reproduce').summary('make results again and compare every trajectory'))
    .description('Makes the runs of some results again and compares their fingerprints. Ends with 1 when one differs.')
    .argument('<results>', RESULTS)
    .option('--sample <n>', 'only so many runs, from all over the study', integerFrom(1))
    .option('--quiet', 'show no progress')
    .action(async (results: string, options) => {
      finish(await commands().reproduce(results, options, terminal));
    });
}

/** Names of `engines.ts`, which is not loaded for --help; a test compares. */
export const ENGINES = ['local', 'slurm'];

const ESTIMATE =
  'Estimates from finished results, with intervals: means (Student or bootstrap), ratios, percentiles and the fairness ' +
  'index (bootstrap BCa) over replications, and means of one long run (batch means) from its recorded series.';

const WARMUP =
  'Averages recorded series over replications and finds by MSER-5 where each has settled: a table, and a chart for each ' +
  'point. Ends with 1 when the warm-up of the scenario is too short.';

const COMPARE =
  'Compares two folders of results, two scenarios, a scenario with a change, or the values of a factor. Replications ' +
  'with the same seed have the same random numbers and are compared in pairs. Says what the difference is, how sure ' +
  'that is, and how many replications would be needed to know more.';
