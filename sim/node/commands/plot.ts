import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closestTo } from '../../core/did-you-mean';
import { csvOf } from '../../../viz/exports/csv';
import { pgfplotsOf } from '../../../viz/exports/pgfplots';
import { vegaLiteOf } from '../../../viz/exports/vega-lite';
import { inGrey } from '../../../viz/grey';
import { type Drawn, nameCharts, type NamedChart, renderCharts } from '../../../viz/render';
import { toSvgText } from '../../../viz/svg';
import { captionOf } from '../caption';
import type { Format } from '../cli-figures';
import { Exit, UsageError } from '../exit';
import { pdfOf, pngOf } from '../figure-files';
import { provenanceLine } from '../provenance';
import { readStudy } from '../read-study';
import { print, type Terminal } from '../terminal';

export interface PlotOptions {
  /** Where the results of scenarios are. */
  readonly results: string;
  /** By default `plots` in the folder of the results. */
  readonly out?: string;
  readonly format: readonly Format[];
  /** In points; by default what each chart says. */
  readonly width?: number;
  readonly gray?: boolean;
}

interface Writer {
  readonly ending: string;
  write(drawn: Drawn, provenance: string): string | Buffer;
}

const WRITERS: Readonly<Record<Format, Writer>> = {
  svg: { ending: 'svg', write: ({ figure }) => toSvgText(figure) },
  pdf: { ending: 'pdf', write: ({ figure }) => pdfOf(figure) },
  png: { ending: 'png', write: ({ figure }) => pngOf(figure) },
  csv: { ending: 'csv', write: ({ graphic }, provenance) => csvOf(graphic, provenance) },
  pgfplots: { ending: 'tex', write: ({ graphic, width }, provenance) => pgfplotsOf(graphic, width, provenance) },
  'vega-lite': { ending: 'vl.json', write: ({ graphic, width }, provenance) => vegaLiteOf(graphic, width, provenance) },
};

/** Draws the charts of a finished study from its results, each with a text for its caption. */
export function plot(given: string, chart: string | undefined, options: PlotOptions, terminal: Terminal): Exit {
  const { directory, record, study, tables } = readStudy(given, options.results);
  const chosen = choose(nameCharts(study.charts), chart, given);
  const folder = options.out ?? join(directory, 'plots');
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string | Buffer) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    print(terminal.out, file);
  };
  let exit: Exit = Exit.ok;
  for (const drawn of renderCharts(chosen, tables, options.width)) {
    if ('problem' in drawn) {
      print(terminal.err, `${given}: ${drawn.problem}`);
      exit = Exit.badInput;
      continue;
    }
    const shown = options.gray === true ? { ...drawn, figure: inGrey(drawn.figure) } : drawn;
    for (const format of options.format) {
      const { ending, write: contentOf } = WRITERS[format];
      write(`${drawn.name}.${ending}`, contentOf(shown, provenanceLine(record)));
    }
    write(`${drawn.name}.txt`, captionOf(drawn.graphic, study, record));
  }
  return exit;
}

function choose(all: readonly NamedChart[], wanted: string | undefined, given: string): readonly NamedChart[] {
  const names = all.map(({ name }) => name);
  if (all.length === 0) throw new UsageError(`${given}: charts: the scenario has none`);
  if (wanted === undefined) return all;
  const chosen = all.filter(({ name }) => name === wanted);
  if (chosen.length > 0) return chosen;
  const near = closestTo(wanted, names);
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  throw new UsageError(`${given}: no chart is called ${wanted}${hint}; expected ${names.join(', ')}`);
}
