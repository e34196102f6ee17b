import { Command, CommanderError, Option } from 'commander';
import { addChecks } from './cli-check';
import { addExperiments } from './cli-experiments';
import { addFigures } from './cli-figures';
import { changing, running, SCENARIO } from './cli-options';
import { commands } from './load-commands';
import { Exit } from './exit';
import { version } from './package';
import { collectPlaces, collectText, collectValue, integerFrom } from './settings';
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
    if (!(error instanceof Error && BAD_INPUT.has(error.name))) throw error;
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
    .option(
      '--pcap <names>',
      'capture at these hosts and links, such as first,"n0>n1", in the first run of each point; repeatable',
      collectPlaces,
    )
    .option('--snaplen <bytes>', 'most bytes of a packet that captures keep', integerFrom(1))
    .option('--qlog <dir>', 'write a qlog trace of each end of each connection in the first run of each point')
    .option('--xpl <dir>', 'draw time sequences as tcptrace does, for xplot, of each TCP connection of the same runs')
    .option('--at <name=value>', 'make only points where a factor has this value and write nothing', collectValue)
    .action(async (scenarios: string[], options) => {
      finish(await commands().run(scenarios, options, terminal));
    });

  addExperiments(program, terminal, finish);
  addChecks(program, terminal, finish);
  addFigures(program, terminal, finish);

  changing(program.command('studies').summary('hold studies against their bands'))
    .description(STUDIES)
    .argument('[scenario...]', `${SCENARIO}; by default all that expect something`)
    .option('--broken', 'take the mechanism of each study away: some band must fail')
    .option('--quiet', 'print no progress')
    .option('--workers <n>', 'threads; by default one per core', integerFrom(1))
    .action(async (scenarios: string[], options) => {
      finish(await commands().studies(scenarios, options, terminal));
    });

  changing(program.command('validate').summary('check scenarios'))
    .description('Checks scenarios without running them and names every mistake with its place.')
    .argument('<scenario...>', SCENARIO)
    .action((scenarios: string[], options) => {
      finish(commands().validate(scenarios, options, terminal));
    });

  changing(program.command('explain').summary('draw what a scenario will build'))
    .description('Draws the network, the sessions with their paths, and the sweep of a scenario.')
    .argument('<scenario>', SCENARIO)
    .action((scenario: string, options) => {
      finish(commands().explain(scenario, options, terminal));
    });

  changing(program.command('harm').summary('who is harmed by which relays, or by which sessions'))
    .description(
      'Runs every relayed session end to end as well, with the same random numbers, and compares the others.',
    )
    .argument('<scenario>', SCENARIO)
    .option('--presence', 'compare with runs in which the session does not start, instead')
    .action((scenario: string, options) => {
      finish(commands().harm(scenario, options, terminal));
    });

  changing(program.command('responsive').summary('which flows answer to more loss'))
    .description(
      'Runs each flow again with four times its loss, everybody else as before: the second test of Floyd and Fall (1999).',
    )
    .argument('<scenario>', SCENARIO)
    .action((scenario: string, options) => {
      finish(commands().responsive(scenario, options, terminal));
    });

  program
    .command('list')
    .summary('list scenarios, or what they can choose from')
    .description('Lists scenarios, or what a scenario can choose from.')
    .addOption(new Option('--what <kind>', 'what to list').choices(LISTS).default('scenarios'))
    .action(({ what }: { what: string }) => {
      finish(commands().list(what, terminal));
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
      finish(commands().packetdrill(scripts, options, terminal));
    });

  program
    .command('reference')
    .summary('explain the fields of a scenario file')
    .description('Prints every field of a scenario file with its meaning, unit and default.')
    .option('--write <dir>', 'write the page and the JSON Schema for editors to a folder instead')
    .action(({ write }: { write?: string }) => {
      finish(commands().reference(write, terminal));
    });
  return program;
}

/** By name: commands are a bundle of their own, with classes of their own. */
const BAD_INPUT = new Set(['UsageError', 'ScenarioError']);

/** Names of lists; `commands/list.ts` has their contents and a test compares. */
const LISTS = [
  'scenarios',
  'apps',
  'charts',
  'congestion-controls',
  'impairments',
  'middleboxes',
  'overload-controls',
  'queues',
  'server-roles',
  'topologies',
];

const STUDIES =
  'Runs studies, compares their results with what their scenarios expect, and prints one table. With --broken each study ' +
  'is run once for each of its breaks, changes that take its mechanism away, and fails if all its bands hold all the same.';

const HELP = `
Exit codes: 0 done, 1 an expectation of the scenario is not met, 2 wrong input, 3 a run failed, 130 interrupted.

hopwise list names the scenarios; hopwise reference explains their fields.`;
