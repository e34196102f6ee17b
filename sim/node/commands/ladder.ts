import { dirname } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { drawLadder, type LadderWords } from '../../../viz/ladder';
import { type SvgNode } from '../../../viz/svg';
import { ladderOf } from '../../run/ladder';
import { seedOf } from '../../run/seed';
import type { Point, Study } from '../../scenario/scenario';
import type { FigureFile } from '../cli-figures';
import { Exit } from '../exit';
import { written } from '../figure-files';
import { ladderText } from '../ladder-text';
import { version } from '../package';
import { loadStudy, pointAt } from '../scenario-files';
import { type SettingOptions, settingsOf, type Values } from '../settings';
import { print, type Terminal } from '../terminal';

export interface LadderOptions extends SettingOptions {
  /** Values of factors: the first point that has them is run. */
  readonly at?: Values;
  readonly replication: number;
  readonly most: number;
  readonly draw?: FigureFile;
  /** Of the figure, in points. */
  readonly width: number;
}

/** Of the terminal, in characters. */
const COLUMNS = 120;

/** Runs one replication of one point and draws its signalling, message by message: in the terminal, or into a file. */
export function ladder(given: string, options: LadderOptions, { out }: Terminal): Exit {
  const study = loadStudy(given, settingsOf(options));
  const point = pointAt(study, options.at);
  const found = ladderOf(point.scenario, seedOf(study.seed, options.replication), options.most);
  if (options.draw !== undefined) {
    writeFigure(options.draw, drawLadder(found, wordsOf(study, point, options.replication), options.width));
    print(out, options.draw.file);
    return Exit.ok;
  }
  print(out, ladderText(found, COLUMNS));
  const lost = found.rungs.filter(({ arrivedAt }) => arrivedAt < 0).length;
  const again = found.rungs.filter((rung) => rung.again).length;
  const bytes = found.rungs.reduce((sum, rung) => sum + rung.bytes, 0);
  print(out, `\n${found.rungs.length} messages, ${bytes} bytes; ${again} sent again; ${lost} did not arrive (x)`);
  return Exit.ok;
}

function wordsOf({ name, title, seed }: Study, { factors }: Point, replication: number): LadderWords {
  const at = Object.entries(factors).map(([factor, value]) => `, ${factor} ${value}`);
  return {
    title,
    provenance: `Hopwise ${version()}, study ${name}${at.join('')}, seed ${seed}, replication ${replication}.`,
  };
}

function writeFigure({ file, format }: FigureFile, figure: SvgNode): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, written(figure, format));
}
