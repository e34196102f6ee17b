import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { seedOf } from '../../run/seed';
import { galleryRow } from '../../verdict/gallery';
import { Exit, UsageError } from '../exit';
import { type Exhibit, galleryColumns, galleryCsv, galleryHtml, galleryMarkdown } from '../gallery-tables';
import { packageFolder } from '../package';
import { ruledTable } from '../ruled-table';
import { loadStudy, scenarioName } from '../scenario-files';
import { print, type Terminal } from '../terminal';

export interface GalleryOptions {
  /** Folder of gallery.csv and gallery.html. */
  readonly out: string;
  /** A page in Markdown. */
  readonly write?: string;
}

const ENDING = '.yaml';

/** Judges architectures and compares them in one table. */
export function gallery(
  given: readonly string[],
  { out: folder, write }: GalleryOptions,
  { out, err }: Terminal,
): Exit {
  const files = filesOf(given);
  const exhibits = files.map((file): Exhibit => {
    print(err, scenarioName(file));
    const { name, title, question, points, seed } = loadStudy(file);
    return { name, title, question, row: galleryRow(points[0]!.scenario, seedOf(seed, 1)) };
  });
  mkdirSync(folder, { recursive: true });
  writeFileAtomicSync(join(folder, 'gallery.csv'), galleryCsv(exhibits));
  writeFileAtomicSync(join(folder, 'gallery.html'), galleryHtml(exhibits));
  if (write !== undefined) {
    mkdirSync(dirname(write), { recursive: true });
    writeFileAtomicSync(write, galleryMarkdown(exhibits, 'make gallery'));
  }
  const columns = ['architecture', ...galleryColumns.map(({ heading }) => heading.replaceAll(' ', '\n'))];
  print(
    out,
    ruledTable(
      columns.map((heading, i) => ({ heading, align: typeof valueAt(exhibits, i) === 'number' ? 'right' : 'left' })),
      exhibits.map(({ name, row }) => [
        name,
        ...galleryColumns.map((column) => column.text(row).replaceAll(', ', '\n')),
      ]),
    ),
  );
  print(err, `${join(folder, 'gallery.csv')} and gallery.html written`);
  return Exit.ok;
}

/** A value of the column, to see of which kind it is. */
function valueAt(exhibits: readonly Exhibit[], column: number): unknown {
  if (column === 0) return '';
  return exhibits.map(({ row }) => galleryColumns[column - 1]!.value(row)).find((value) => value !== null);
}

/** Throws `UsageError` for a name that the gallery does not have. */
function filesOf(given: readonly string[]): string[] {
  const folder = join(packageFolder(), 'scenarios', 'gallery');
  const known = readdirSync(folder).filter((file) => file.endsWith(ENDING)).sort(); // prettier-ignore
  if (given.length === 0) return known.map((file) => join(folder, file));
  return given.map((name) => {
    if (known.includes(`${name}${ENDING}`)) return join(folder, `${name}${ENDING}`);
    if (existsSync(name)) return name;
    throw new UsageError(`${name}: no such architecture; there are ${known.map(scenarioName).join(', ')}`);
  });
}
