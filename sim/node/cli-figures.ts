import { type Command, InvalidArgumentError } from 'commander';
import { columnWidths } from '../../viz/widths';
import { changing, SCENARIO } from './cli-options';
import { commands } from './load-commands';
import type { Exit } from './exit';
import { collectValue, integerFrom } from './settings';
import type { Terminal } from './terminal';

/*
 * The commands that draw.
 */

const FINISHED = `a folder of results, such as results/STUDY, or ${SCENARIO}`;

/** Adds the commands to the program. */
export function addFigures(program: Command, terminal: Terminal, finish: (exit: Exit) => void): void {
  program
    .command('plot')
    .summary('draw the charts of a finished study, for print')
    .description(
      'Draws the charts of a study from its results, without running it again. Of a scenario it draws the charts that the ' +
        'file has now.',
    )
    .argument('<study>', FINISHED)
    .argument('[chart]', 'the name of one chart; by default all')
    .option('--format <names>', `${FORMATS.join(', ')}, with commas between`, formatsFrom, ['svg'])
    .option(
      '--width <width>',
      `${Object.keys(columnWidths).join(', ')}, or millimetres; by default as the chart says`,
      widthFrom,
    )
    .option('--gray', 'as a printer without colour gives it')
    .option('--results <dir>', 'where the results of scenarios are', 'results')
    .option('--out <dir>', 'folder of the figures; by default plots/ in the folder of the results')
    .action((study: string, chart: string | undefined, options) => {
      finish(commands().plot(study, chart, options, terminal));
    });

  program
    .command('report')
    .summary('write a finished study as one page')
    .description(
      'Writes a page without anything from elsewhere: question, answer, figures, results, statistics, guidelines, set-up, ' +
        'and how to make it again.',
    )
    .argument('<study>', FINISHED)
    .option('--no-verdicts', 'do not judge guidelines, for which one replication is run')
    .option('--results <dir>', 'where the results of scenarios are', 'results')
    .option('--out <file>', 'the page; by default report.html in the folder of the results')
    .action((study: string, options) => {
      finish(commands().report(study, options, terminal));
    });

  changing(program.command('ladder').summary('draw the signalling of a run, message by message'))
    .description(
      'Runs one replication of one point and draws its SIP messages: times, what was lost or sent again. In the terminal, or ' +
        'for print.',
    )
    .argument('<scenario>', SCENARIO)
    .option('--at <name=value>', 'the first point of the sweep where a factor has this value', collectValue)
    .option('--replication <n>', 'which replication', integerFrom(1), 1)
    .option('--most <n>', 'messages to draw', integerFrom(1), 100)
    .option('--draw <file>', `write a figure, by its ending ${PICTURES.join(', ')}`, figureFrom)
    .option('--width <width>', 'of the figure, as for plot; by default ieee-page', widthFrom, columnWidths['ieee-page'])
    .action((scenario: string, options) => {
      finish(commands().ladder(scenario, options, terminal));
    });

  program
    .command('time-sequence')
    .summary('draw one end of a TCP connection for print, from what run --xpl wrote')
    .description('Draws sequence numbers over time as tcptrace does: sent, sent again, acknowledged, SACKed, window.')
    .argument('<file>', 'a file that run --xpl wrote')
    .requiredOption('--draw <file>', `the figure, by its ending ${PICTURES.join(', ')}`, figureFrom)
    .option('--width <width>', 'as for plot', widthFrom, columnWidths['ieee-page'])
    .option('--from <seconds>', 'where to begin', secondsFrom, 0)
    .option('--to <seconds>', 'where to end; by default where the trace does', secondsFrom, Infinity)
    .action((file: string, options) => {
      finish(commands().drawTimeSequence(file, options, terminal));
    });
}

function secondsFrom(text: string): number {
  const seconds = Number(text.replace(/\s*s$/, ''));
  if (text !== '' && seconds >= 0) return seconds;
  throw new InvalidArgumentError(`expected seconds, such as 1.5, found ${text}`);
}

/** A file of a figure. */
export interface FigureFile {
  readonly file: string;
  readonly format: Picture;
}

function figureFrom(file: string): FigureFile {
  const format = PICTURES.find((name) => file.toLowerCase().endsWith(`.${name}`));
  if (format === undefined) {
    throw new InvalidArgumentError(`expected a file that ends in .${PICTURES.join(', .')}, found ${file}`);
  }
  return { file, format };
}

/** What shows a figure as it is drawn; `figure-files.ts` has how each is made. */
export const PICTURES = ['svg', 'pdf', 'png'] as const;
export type Picture = (typeof PICTURES)[number];

/** Names of formats; `commands/plot.ts` has how each is made. */
export const FORMATS = [...PICTURES, 'csv', 'pgfplots', 'vega-lite'] as const;
export type Format = (typeof FORMATS)[number];

function formatsFrom(text: string): Format[] {
  return text.split(',').map((written) => {
    const format = FORMATS.find((name) => name === written.trim());
    if (format === undefined) throw new InvalidArgumentError(`expected ${FORMATS.join(', ')}, found ${written.trim()}`);
    return format;
  });
}

const POINTS_PER_MM = 72 / 25.4;

/** In points. */
function widthFrom(text: string): number {
  const named = Object.entries(columnWidths).find(([name]) => name === text)?.[1];
  const width = named ?? Math.round(Number(text.replace(/\s*mm$/, '')) * POINTS_PER_MM * 100) / 100;
  if (width >= NARROWEST && width <= WIDEST) return width;
  throw new InvalidArgumentError(
    `expected ${Object.keys(columnWidths).join(', ')}, or 70 to 420 (millimetres), found ${text}`,
  );
}

/** What charts can be laid out for, in points. */
const NARROWEST = 198;
const WIDEST = 1191;
