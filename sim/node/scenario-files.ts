import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { stringify as toYaml } from 'yaml';
import { closestTo } from '../core/did-you-mean';
import { type ParseOptions, parseStudy, type Setting } from '../scenario/parse';
import type { Point, Study } from '../scenario/scenario';
import { charts } from '../../viz/charts';
import { UsageError } from './exit';
import { packageFolder } from './package';
import type { Values } from './settings';

const ENDING = '.yaml';

/** Folders in which a bare scenario name is looked up: the user's, then those that come with Hopwise. */
function folders(): string[] {
  const own = resolve('scenarios');
  const shipped = join(packageFolder(), 'scenarios');
  return own === shipped ? [own] : [own, shipped];
}

/** Files of all scenarios that can be named. */
export function scenarioFiles(): string[] {
  return folders()
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .sort()
        .map((file) => join(folder, file)),
    )
    .filter((file) => file.endsWith(ENDING));
}

export function scenarioName(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '');
}

/** The first point of a study where factors have these values. Throws `UsageError`. */
export function pointAt(study: Study, values: Values = {}): Point {
  const wanted = Object.entries(values);
  const point = study.points.find(({ factors }) =>
    wanted.every(([name, some]) => some.some((value) => String(factors[name]) === value)),
  );
  if (point === undefined) throw new UsageError('--at: no point of the sweep has these values');
  return point;
}

/** The file of a scenario given as a path or as a bare name. Throws `UsageError`. */
export function findScenario(given: string): string {
  if (existsSync(given) && !given.endsWith('/')) return given;
  // one in a folder of its own: gallery/direct
  const within = folders().map((folder) => join(folder, `${given}${ENDING}`)).find((file) => given.includes('/') && existsSync(file)); // prettier-ignore
  if (within !== undefined) return relative(process.cwd(), within);
  const known = scenarioFiles();
  const found = known.find((file) => scenarioName(file) === scenarioName(given) && basename(given) === given);
  if (found !== undefined) return relative(process.cwd(), found) || found;
  const near = closestTo(scenarioName(given), known.map(scenarioName));
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  throw new UsageError(`${given}: no such scenario${hint}; hopwise list shows all`);
}

/** Reads a scenario with changes made. Throws `UsageError` or `ScenarioError`. */
export function loadStudy(given: string, settings: readonly Setting[] = []): Study {
  const file = findScenario(given);
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${(error as Error).message}`);
  }
  return parseWithFiles(text, dirname(file), { file, name: scenarioName(file), settings, charts });
}

/** The study that a scenario makes which is there as data, `Study.source`. Files that it names are relative to `folder`. */
export function studyOf(source: unknown, name: string, folder: string, settings: readonly Setting[] = []): Study {
  return parseWithFiles(toYaml(source), folder, { file: `${name}${ENDING}`, name, settings, charts });
}

/** Keeps the text of every file that is read: it belongs to what was run. */
function parseWithFiles(text: string, folder: string, options: ParseOptions): Study {
  const files: Record<string, string> = {};
  const read = (name: string) => (files[name] = readText(resolve(folder, name)));
  const study = parseStudy(text, { ...options, readText: read });
  return Object.keys(files).length === 0 ? study : { ...study, files };
}

/** Throws an `Error` with the code of the operating system: ENOENT, EISDIR ... */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error((error as NodeJS.ErrnoException).code ?? String(error));
  }
}
