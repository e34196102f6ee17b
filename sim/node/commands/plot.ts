import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closestTo } from '../../core/did-you-mean';
import { inGrey } from '../../../viz/grey';
import { nameCharts, renderCharts, type NamedChart } from '../../../viz/render';
import { toSvgText, type SvgNode } from '../../../viz/svg';
import type { Format } from '../cli-figures';
import { Exit, UsageError } from '../exit';
import { pdfOf, pngOf } from '../figure-files';
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

const WRITERS: Readonly<Record<Format, (figure: SvgNode) => string | Buffer>> = {
  svg: toSvgText,
  pdf: pdfOf,
  png: pngOf,
};

/** Draws the charts of a finished study from its results. */
export function plot(given: string, chart: string | undefined, options: PlotOptions, terminal: Terminal): Exit {
  const { directory, study, tables } = readStudy(given, options.results);
  const chosen = choose(nameCharts(study.charts), chart, given);
  const folder = options.out ?? join(directory, 'plots');
  mkdirSync(folder, { recursive: true });
  let exit: Exit = Exit.ok;
  for (const drawn of renderCharts(chosen, tables, options.width)) {
    if ('problem' in drawn) {
      print(terminal.err, `${given}: ${drawn.problem}`);
      exit = Exit.badInput;
      continue;
    }
    const figure = options.gray === true ? inGrey(drawn.figure) : drawn.figure;
    for (const format of options.format) {
      const file = join(folder, `${drawn.name}.${format}`);
      writeFileSync(file, WRITERS[format](figure));
      print(terminal.out, file);
    }
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
