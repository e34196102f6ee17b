import { join } from 'node:path';
import { UsageError } from './exit';
import { paint } from '../../viz/paint';
import { elements, textOf, toSvgText, type SvgNode } from '../../viz/svg';
import type { Picture } from './cli-figures';

/*
 * Figures as PDF and as pixels. Both are painted with fonts of ours, so that they look the same on every machine.
 */

/** Arimo has the widths of Helvetica and Arial, for which figures are laid out. */
const FONT = 'Arimo';
const FONT_FILES = ['400Regular/Arimo_400Regular.ttf', '700Bold/Arimo_700Bold.ttf'];

/** Dots per inch of PNG: what publishers ask of line drawings at print width. */
const DOTS_PER_INCH = 600;

/** One page of the size of the figure, in vectors, with the fonts embedded. The same bytes for the same figure. */
export function pdfOf(figure: SvgNode): Buffer {
  const { PDFDocument, Path2D } = canvasPackage();
  const title = elements(figure, 'title').map(textOf).join(' ');
  const subject = elements(figure, 'desc').map(textOf).join(' ');
  const document = new PDFDocument({ title, subject, creator: 'Hopwise' });
  const { width, height } = sizeOf(figure);
  const surface = document.beginPage(width, height);
  const fill = (d: string) => {
    surface.fill(new Path2D(d));
  };
  const stroke = (d: string) => {
    surface.stroke(new Path2D(d));
  };
  paint(figure, { surface, font: FONT, fill, stroke });
  document.endPage();
  return document.close();
}

/** Pixels at 600 dots per inch of the width in print. */
export function pngOf(figure: SvgNode): Buffer {
  const { createCanvas, Path2D } = canvasPackage();
  const { width, height } = sizeOf(figure);
  const scale = DOTS_PER_INCH / 72;
  const canvas = createCanvas(Math.round(width * scale), Math.round(height * scale));
  const surface = canvas.getContext('2d');
  surface.scale(scale, scale);
  const fill = (d: string) => {
    surface.fill(new Path2D(d));
  };
  const stroke = (d: string) => {
    surface.stroke(new Path2D(d));
  };
  paint(figure, { surface, font: FONT, fill, stroke });
  return canvas.toBuffer('image/png');
}

const WRITERS: Readonly<Record<Picture, (figure: SvgNode) => string | Buffer>> = {
  svg: toSvgText,
  pdf: pdfOf,
  png: pngOf,
};

/** The file of a figure. */
export function written(figure: SvgNode, format: Picture): string | Buffer {
  return WRITERS[format](figure);
}

/** In points. */
function sizeOf(figure: SvgNode): { readonly width: number; readonly height: number } {
  const [, , width, height] = String(figure.attributes['viewBox']).split(' ').map(Number);
  return { width: width!, height: height! };
}

let loaded: typeof import('@napi-rs/canvas') | undefined;

/** Loaded when needed: it takes a while, and there are machines that it is not made for. Throws `UsageError` there. */
function canvasPackage(): typeof import('@napi-rs/canvas') {
  if (loaded !== undefined) return loaded;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    loaded = require('@napi-rs/canvas') as typeof import('@napi-rs/canvas');
  } catch {
    throw new UsageError(
      '--format: pdf and png need @napi-rs/canvas, which cannot be loaded here; found no build of it',
    );
  }
  const folder = join(require.resolve('@expo-google-fonts/arimo/package.json'), '..');
  for (const file of FONT_FILES) loaded.GlobalFonts.registerFromPath(join(folder, file), FONT);
  return loaded;
}
