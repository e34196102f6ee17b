import { parse as parseYaml } from 'yaml';
import type { Registry } from '../core/choice';
import { assign, type Assignment, PathError, resolvePath } from './assign';
import { checkNames, checkPoint, checkStudy } from './checks';
import { DataFiles, type ReadText } from './data-files';
import { type PositionOf, readYaml } from './document';
import { exclusionsOf, factorsOf } from './factors';
import { Networks } from './network';
import { formatPath, isMapping, type Path, startsWith, valueAt } from './path';
import { type Finding, findingsOf, formatProblem, printed, type Problem, ScenarioError } from './problem';
import { PointParser } from './points';
import { goalOf } from './precision';
import { resolve } from './resolve';
import type { FactorValue, Point, Study } from './scenario';
import { type ScenarioFile, type ScenarioSchema, scenarioSchema } from './schema';
import { combinations, type Factor, type Level, type Match, UNSET } from './sweep';

export interface ParseOptions {
  /** Named in messages. */
  readonly file: string;
  /** `Study.name`. */
  readonly name: string;
  /** Changes to the text, made before anything is checked. */
  readonly settings?: readonly Setting[];
  /** Charts that the scenario may ask for. */
  readonly charts?: Registry;
  /** Reads data files that the scenario names. Without it, naming one is a mistake. */
  readonly readText?: ReadText;
}

/** `path=value` of the command line. */
export interface Setting {
  /** Dotted. */
  readonly path: string;
  /** YAML. */
  readonly value: string;
  /** The option as it was typed, for messages. */
  readonly option: string;
}

/** A changed field, and where the change was written. */
interface Origin extends Assignment {
  /** An option of the command line, or the path of a value of the sweep. */
  readonly writtenAt: string | Path;
}

/** Reads a scenario file with its sweep. Throws `ScenarioError` with every mistake found. */
export function parseStudy(text: string, options: ParseOptions): Study {
  return new Parser(text, options).study();
}

class Parser {
  private readonly problems: Problem[] = [];
  private readonly schema: ScenarioSchema;
  private readonly positionOf: PositionOf;
  private readonly text: unknown;
  private readonly settings: (Origin & { readonly writtenAt: string })[] = [];
  /** The text with the settings made. */
  private data: unknown;

  constructor(
    text: string,
    private readonly options: ParseOptions,
  ) {
    const read = readYaml(text, options.file, this.problems);
    this.throwProblems();
    this.schema = scenarioSchema(options.charts);
    this.positionOf = read.positionOf;
    this.text = this.data = read.data;
    for (const setting of options.settings ?? []) this.set(setting);
    this.throwProblems();
  }

  study(): Study {
    const file = this.parse(this.data, this.settings);
    const { factors, excluded } = this.sweep();
    for (const factor of factors) this.checkLevels(factor);
    if (file === undefined) throw new ScenarioError(this.problems);
    this.throwProblems();
    const points = this.points(file, factors, excluded);
    this.throwProblems();
    return {
      name: this.options.name,
      title: file.title,
      question: file.question,
      source: this.data,
      seed: file.run.seed,
      replications: file.run.replications,
      ...(file.run.precision === undefined ? {} : { precision: goalOf(file.run.precision, file.run.replications) }),
      ...(file.run.interval === 'student' ? {} : { interval: file.run.interval }),
      recorded: file.record.replications,
      factors: factors.map((factor) => ({ name: factor.name, values: labelsOf(factor, points) })),
      points: points.map(({ factors, file }) => ({ factors, scenario: resolve(file) })),
      charts: file.charts,
      expect: file.expect,
      breaks: Object.entries(file.breaks).map(([name, changes]) => ({
        name,
        changes: Object.entries(changes).map(([path, value]) => ({ path, value: JSON.stringify(value) })),
      })),
    };
  }

  private points(base: ScenarioFile, factors: readonly Factor[], excluded: readonly Match[]) {
    const networks = new Networks();
    const dataFiles = new DataFiles(this.options.readText);
    const parser = new PointParser(this.schema, this.data as Record<string, unknown>, base);
    const points = combinations(factors, excluded).flatMap((combination) => {
      const { data, file: parsed } = parser.parse(combination);
      const origins = () => [
        ...this.settings,
        ...combination.levels.flatMap(({ factor, index }) => factor.levels[index]!.assignments),
      ];
      const written = parsed ?? this.parse(data, origins());
      if (written === undefined) return [];
      const mistakes: Finding[] = [];
      const network = dataFiles.fillNetwork(written.network, mistakes);
      if (mistakes.length > 0) {
        // what its files would have said is not known: nothing more can be
        this.report(mistakes, origins());
        return [];
      }
      const file = network === written.network ? written : { ...written, network };
      const findings = checkPoint(file, networks);
      if (findings.length > 0) this.report(findings, origins());
      return [{ factors: combination.factors, file }];
    });
    if (points.length === 0 && this.problems.length === 0) {
      this.report([{ path: ['exclude'], part: 'name', message: 'nothing is left to run' }], this.settings);
    }
    this.report(checkNames(base), this.settings);
    // The command line may leave out what the file speaks of: a replication, a value of the sweep, the relayed variant.
    if (this.settings.length === 0) {
      this.report(this.wrongBreaks(base), []);
      const files = points.map(({ file }) => file);
      const written = ({ part, path }: Finding) => part === 'value' || valueAt(this.data, path) !== undefined;
      this.report(checkStudy(base, files, factors, networks).filter(written), []);
    }
    return points;
  }

  private wrongBreaks({ breaks }: ScenarioFile): Finding[] {
    return Object.entries(breaks).flatMap(([name, changes]) =>
      Object.keys(changes).flatMap((dotted): Finding[] => {
        const message = whyNoPath(this.data, dotted);
        const found = `found ${printed(dotted)}; ${message}`;
        return message === undefined ? [] : [{ path: ['breaks', name, dotted], part: 'value', message: found }];
      }),
    );
  }

  private parse(data: unknown, origins: readonly Origin[]): ScenarioFile | undefined {
    const result = this.schema.safeParse(data);
    if (result.success) return result.data;
    this.report(findingsOf(result.error, data), origins);
    return undefined;
  }

  /** What is varied and what is left out, as far as that makes sense. */
  private sweep(): { readonly factors: readonly Factor[]; readonly excluded: readonly Match[] } {
    const { sweep, exclude } = isMapping(this.data) ? this.data : {};
    const parsed = this.schema.shape.sweep.safeParse(sweep);
    if (!parsed.success) return { factors: [], excluded: [] };
    const { factors, findings } = factorsOf(parsed.data, this.data);
    this.report(findings, this.settings);
    const left = this.schema.shape.exclude.safeParse(exclude);
    if (!left.success || findings.length > 0) return { factors, excluded: [] };
    const { matches, findings: wrong } = exclusionsOf(left.data, factors);
    // The command line may have left out a value that the file excludes; what it excludes itself must be there.
    const isOwn = ({ path }: Finding) => this.settings.some((setting) => startsWith(path, setting.path));
    this.report(this.settings.length === 0 ? wrong : wrong.filter(isOwn), this.settings);
    return { factors, excluded: matches };
  }

  /** Reports what is wrong with each value alone; mistakes of the text itself are reported elsewhere. */
  private checkLevels({ levels }: Factor): void {
    for (const { assignments } of levels) this.checkLevel(assignments);
  }

  private checkLevel(assignments: Level['assignments']): void {
    const key = String(assignments[0]?.path[0]);
    const data = assignments.reduce<unknown>(assign, this.data);
    // Most values are right; then it is enough to look at the field at the top that they change.
    if (isMapping(data) && Object.hasOwn(this.schema.shape, key) && assignments.length === 1) {
      if (this.schema.shape[key as keyof ScenarioFile].safeParse(data[key]).success) return;
    }
    const result = this.schema.safeParse(data);
    if (result.success) return;
    const findings = findingsOf(result.error, data);
    this.report(
      findings.filter((finding) => assignments.some((origin) => causedBy(finding, origin, this.data))),
      assignments,
    );
  }

  private set({ path, value, option }: Setting): void {
    try {
      const origin = { path: resolvePath(this.data, path), value: parseYaml(value) as unknown, writtenAt: option };
      this.settings.push(origin);
      this.data = assign(this.data, origin);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.problems.push({ source: option, path: '', message: error.message });
    }
  }

  /** Places findings in the text, or where a change came from. */
  private report(findings: readonly Finding[], origins: readonly Origin[]): void {
    for (const finding of findings) {
      const problem = this.problemOf(
        finding,
        [...origins].reverse().find((origin) => causedBy(finding, origin, this.text)),
      );
      const text = formatProblem(problem);
      if (!this.problems.some((known) => formatProblem(known) === text)) this.problems.push(problem);
    }
  }

  private problemOf({ path, part, message }: Finding, origin: Origin | undefined): Problem {
    const { file } = this.options;
    if (origin === undefined) {
      return { source: file, position: this.positionOf(path, part), path: formatPath(path), message };
    }
    // A path of the sweep that leads nowhere is a mistake of `set`, not of one of the values.
    const leadsNowhere = part === 'name' && startsWith(origin.path, path);
    const writtenAt =
      leadsNowhere && typeof origin.writtenAt !== 'string' && origin.writtenAt[2] === 'values'
        ? [...origin.writtenAt.slice(0, 2), 'set']
        : origin.writtenAt;
    if (typeof writtenAt === 'string') return { source: writtenAt, path: formatPath(path), message };
    const text = { path: formatPath(writtenAt), message: `${formatPath(path)}: ${message}` };
    const option = this.optionThatSet(writtenAt);
    if (option !== undefined) return { source: option, ...text };
    return { source: file, position: this.positionOf(writtenAt, 'value'), ...text };
  }

  /** The option of the command line that brought a part of the sweep. */
  private optionThatSet(path: Path): string | undefined {
    return this.settings.find((setting) => startsWith(path, setting.path))?.writtenAt;
  }

  private throwProblems(): void {
    if (this.problems.length > 0) throw new ScenarioError(this.problems);
  }
}

/** Whether a change brought this mistake: it lies in what was set, or on the way there where the text has nothing. */
function causedBy(finding: Finding, change: Assignment, text: unknown): boolean {
  if (startsWith(finding.path, change.path)) return true;
  return startsWith(change.path, finding.path) && valueAt(text, finding.path) === undefined;
}

function whyNoPath(data: unknown, dotted: string): string | undefined {
  try {
    resolvePath(data, dotted);
    return undefined;
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    return error.message;
  }
}

/** In order; last, when some points do without the factor, what they have in its place. */
function labelsOf({ name, levels }: Factor, points: readonly Pick<Point, 'factors'>[]): FactorValue[] {
  const labels = levels.map(({ label }) => label);
  return points.some(({ factors }) => factors[name] === UNSET) ? [...labels, UNSET] : labels;
}
