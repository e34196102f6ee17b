import { type Command, InvalidArgumentError } from 'commander';
import { columnWidths } from '../../viz/widths';
import { SCENARIO } from './cli-options';
import { commands } from './commands';
import type { Exit } from './exit';
import type { Terminal } from './terminal';

/*
 * The commands that show finished studies.
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
    ) // prettier-ignore
    .option('--gray', 'as a printer without colour gives it')
    .option('--results <dir>', 'where the results of scenarios are', 'results')
    .option('--out <dir>', 'folder of the figures; by default plots/ in the folder of the results')
    .action((study: string, chart: string | undefined, options) => {
      finish(commands.plot().plot(study, chart, options, terminal));
    });
}

/** Names of formats; `commands/plot.ts` has how each is made. */
export const FORMATS = ['svg', 'pdf', 'png', 'csv', 'pgfplots', 'vega-lite'] as const;
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
