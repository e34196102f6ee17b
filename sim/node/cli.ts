import { Command, CommanderError, Option } from 'commander';
import { ScenarioError } from '../scenario/problem';
import { commands } from './commands';
import { Exit, UsageError } from './exit';
import { version } from './package';
import {
  collectFactor,
  collectSetting,
  collectText,
  collectValue,
  integerFrom,
  probabilityFrom,
  settingsCollector,
} from './settings';
import { print, standardTerminal, type Terminal } from './terminal';

/*
 * The command line. Commands themselves are in commands/.
 */

/** Runs the command line and returns its exit code. `argv` has neither the interpreter nor the script. */
export async function main(argv: readonly string[], terminal: Terminal = standardTerminal): Promise<number> {
  let exit: Exit = Exit.ok;
  const program = programOf(terminal, (code) => (exit = code));
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.ok : Exit.badInput;
    if (!(error instanceof UsageError || error instanceof ScenarioError)) throw error;
    print(terminal.err, error.message);
    return Exit.badInput;
  }
  return exit;
}

function programOf(terminal: Terminal, finish: (exit: Exit) => void): Command {
  const { out, err } = terminal;
  const program = new Command('hopwise')
    .description('Packet-level network simulator for studying intermediaries and congestion.')
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => err.write(text) })
    .showHelpAfterError('(--help shows what is possible)')
    .addHelpText('after', HELP);
  running(program.command('run').summary('run scenarios and write their results'))
    .description('Runs each scenario, all points of its sweep, and writes tables and charts.')
    .argument('<scenario...>', SCENARIO)
    .option('--replication <n>', 'make only replication n and write nothing: repeats a run that failed', integerFrom(1))
    .option('--at <name=value>', 'make only points where a factor has this value and write nothing', collectValue)
    .action(async (scenarios: string[], options) => {
      finish(await commands.run().run(scenarios, options, terminal));
    });

  changing(program.command('compare').summary('tell whether two variants differ, and by how much'))
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
    .option('--workers <n>', 'threads; by default one per core', integerFrom(1))
    .action(async (a: string, b: string | undefined, options) => {
      finish(await commands.compare().compare(a, b, options, terminal));
    });

  changing(program.command('validate').summary('check scenarios'))
    .description('Checks scenarios without running them and names every mistake with its place.')
    .argument('<scenario...>', SCENARIO)
    .action((scenarios: string[], options) => {
      finish(commands.validate().validate(scenarios, options, terminal));
    });

  changing(program.command('explain').summary('draw what a scenario will build'))
    .description('Draws the network, the sessions with their paths, and the sweep of a scenario.')
    .argument('<scenario>', SCENARIO)
    .action((scenario: string, options) => {
      finish(commands.explain().explain(scenario, options, terminal));
    });

  program
    .command('list')
    .summary('list scenarios, or what they can choose from')
    .description('Lists scenarios, or what a scenario can choose from.')
    .addOption(new Option('--what <kind>', 'what to list').choices(LISTS).default('scenarios'))
    .action(({ what }: { what: string }) => {
      finish(commands.list().list(what, terminal));
    });

  program
    .command('packetdrill')
    .summary('run trace tests')
    .description('Runs scripts of the packetdrill tool against the simulated TCP. Takes the options of that tool, too.')
    .argument('<script...>', 'files, usually *.pkt')
    .option('-D <name=value>', 'what a word of the scripts stands for; repeatable', collectText)
    .option('--quiet', 'print only what failed')
    .allowUnknownOption()
    .action((scripts: string[], options) => {
      finish(commands.packetdrill().packetdrill(scripts, options, terminal));
    });

  program
    .command('reference')
    .summary('explain the fields of a scenario file')
    .description('Prints every field of a scenario file with its meaning, unit and default.')
    .option('--write <dir>', 'write the page and the JSON Schema for editors to a folder instead')
    .action(({ write }: { write?: string }) => {
      finish(commands.reference().reference(write, terminal));
    });
  return program;
}

/** Adds the options of commands that make runs. */
function running(command: Command): Command {
  return changing(command)
    .option('--out <dir>', 'folder of all results', 'results')
    .option('--json', 'print a summary as JSON instead of a table')
    .option('--quiet', 'print nothing but mistakes, and JSON if asked for')
    .option('--workers <n>', 'threads; by default one per core', integerFrom(1))
    .option('--resume', 'use runs that were made earlier; this is what happens without the option, too', true)
    .option('--no-resume', 'make all runs again');
}

/** Adds the options that change a scenario. */
function changing(command: Command): Command {
  return command
    .option('--set <path=value>', 'change a field, such as network.chain.segments=4; repeatable', collectSetting)
    .option(
      '--sweep <name=path:values>',
      'add a factor, such as rtt=network.chain.rtt:10 ms, 40 ms; repeatable',
      collectFactor,
    )
    .option('--seed <n>', 'change run.seed', integerFrom(0))
    .option('--replications <n>', 'change run.replications', integerFrom(1));
}

/** Names of lists; `commands/list.ts` has their contents and a test compares. */
const LISTS = ['scenarios', 'apps', 'charts', 'congestion-controls', 'impairments', 'queues', 'topologies'];

const SCENARIO = 'a file, or the name of one in scenarios/';

const COMPARE =
  'Compares two folders of results, two scenarios, a scenario with a change, or the values of a factor. Replications ' +
  'with the same seed have the same random numbers and are compared in pairs. Says what the difference is, how sure ' +
  'that is, and how many replications would be needed to know more.';

const HELP = `
Exit codes: 0 done, 1 an expectation of the scenario is not met, 2 wrong input, 3 a run failed, 130 interrupted.

hopwise list names the scenarios; hopwise reference explains their fields.`;
