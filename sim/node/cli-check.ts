import type { Command } from 'commander';
import { changing, oneOfOption, SCENARIO } from './cli-options';
import { commands } from './load-commands';
import type { Exit } from './exit';
import { FAIL_ON } from './fail-on';
import { collectPlaces, collectValue, integerFrom } from './settings';
import type { Terminal } from './terminal';

/*
 * The commands that judge architectures.
 */

/** Adds the commands to the program. */
export function addChecks(program: Command, terminal: Terminal, finish: (exit: Exit) => void): void {
  changing(program.command('check').summary('say which guidelines of the draft an architecture keeps'))
    .description(
      'Runs one replication of one point, watches every link, and judges the guidelines of ' +
        'draft-mankin-im-session-guide-00 on what was seen. Exit code 1 if one is broken that counts: see --fail-on.',
    )
    .argument('<scenario>', SCENARIO)
    .option('--at <name=value>', 'the first point of the sweep where a factor has this value', collectValue)
    .option('--replication <n>', 'which replication', integerFrom(1), 1)
    .option(
      '--sessions <names>',
      'judge these sessions; by default those whose messages can be read on the wire, or all',
      collectPlaces,
    )
    .option('--evidence', 'print what each verdict rests on, packet by packet')
    .option('--json', 'print all of it as JSON')
    .option('--html <file>', 'write all of it to a page')
    .option('--exposure <file>', 'write who could read, change or stop which part of each session, as CSV')
    .option('--pcap <file>', 'write every packet; its frame numbers are those of the evidence')
    .addOption(oneOfOption('--fail-on <level>', 'what gives exit code 1', FAIL_ON, 'must'))
    .action((scenario: string, options) => {
      finish(commands().check(scenario, options, terminal));
    });

  program
    .command('gallery')
    .summary('compare architectures: guidelines, delays, goodput, who sees what, availability')
    .description(
      'Judges each scenario of scenarios/gallery, runs it once more while what it depends on fails, and compares all in one ' +
        'table. Writes it as gallery.csv and gallery.html as well.',
    )
    .argument('[architecture...]', 'names in scenarios/gallery, or files; by default all')
    .option('--out <dir>', 'folder of the files', 'results/gallery')
    .option('--write <file>', 'write a page for the documentation, too')
    .action((architectures: string[], options) => {
      finish(commands().gallery(architectures, options, terminal));
    });
}
