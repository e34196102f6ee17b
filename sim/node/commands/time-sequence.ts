import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { drawGraphic } from '../../../viz/draw-graphic';
import { parseXplot, timeSequence } from '../../../viz/time-sequence';
import type { FigureFile } from '../cli-figures';
import { Exit, UsageError } from '../exit';
import { written } from '../figure-files';
import { print, type Terminal } from '../terminal';

export interface TimeSequenceOptions {
  readonly draw: FigureFile;
  /** Of the figure, in points. */
  readonly width: number;
  /** Seconds. */
  readonly from: number;
  readonly to: number;
}

/** Draws a time sequence that `--xpl` wrote, for print. */
export function drawTimeSequence(file: string, options: TimeSequenceOptions, { out }: Terminal): Exit {
  const { draw, width, from, to } = options;
  const figure = drawGraphic(graphicOf(file, from, to), { width });
  mkdirSync(dirname(draw.file), { recursive: true });
  writeFileSync(draw.file, written(figure, draw.format));
  print(out, draw.file);
  return Exit.ok;
}

function graphicOf(file: string, from: number, to: number) {
  try {
    return timeSequence(parseXplot(readFileSync(file, 'utf8')), from, to);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${file}: ${error.message}`);
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UsageError(`${file}: expected a file that --xpl wrote, found none that can be read`);
  }
}
