import { parse as parseYaml } from 'yaml';
import type { Registry } from '../core/choice';
import { assign, type Assignment, PathError, resolvePath } from './assign';
import { checkNames, checkPoint, checkStudy } from './checks';
import { type PositionOf, readYaml } from './document';
import { formatPath, isMapping, type Path, startsWith, valueAt } from './path';
import { type Finding, findingsOf, formatProblem, type Problem, ScenarioError } from './problem';
import { resolve } from './resolve';
import type { Study } from './scenario';
import { type ScenarioFile, scenarioSchema } from './schema';
import { combinations, type Factor, factorValue } from './sweep';

export interface ParseOptions {
  /** Named in messages. */
  readonly file: string;
  /** `Study.name`. */
  readonly name: string;
  /** Changes to the text, made before anything is checked. */
  readonly settings?: readonly Setting[];
  /** Charts that the scenario may ask for. */
  readonly charts?: Registry;
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
  private readonly schema: ReturnType<typeof scenarioSchema>;
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
    const factors = this.factors();
    for (const factor of factors) this.checkValues(factor);
    if (file === undefined) throw new ScenarioError(this.problems);
    this.throwProblems();
    const points = this.points(file, factors);
    this.throwProblems();
    return {
      name: this.options.name,
      title: file.title,
      question: file.question,
      source: this.data,
      seed: file.run.seed,
      replications: file.run.replications,
      recorded: file.record.replications,
      factors: factors.map(({ name, values }) => ({ name, values: values.map(factorValue) })),
      points: points.map(({ factors, file }) => ({ factors, scenario: resolve(file) })),
      charts: file.charts,
      expect: file.expect,
    };
  }

  private points(base: ScenarioFile, factors: readonly Factor[]) {
    const points = combinations(factors).flatMap(({ factors, assignments }) => {
      const origins = [
        ...this.settings,
        ...assignments.map((a) => ({ ...a, writtenAt: valuePath(a.factor, a.index) })),
      ];
      const data = assignments.reduce(assign, this.data);
      const file = assignments.length === 0 ? base : this.parse(data, origins);
      if (file === undefined) return [];
      this.report(checkPoint(file), origins);
      return [{ factors, file }];
    });
    this.report(checkNames(base), this.settings);
    // The command line may leave out what the file speaks of: a replication, a value of the sweep, the relayed variant.
    if (this.settings.length === 0) {
      const files = points.map(({ file }) => file);
      const written = ({ part, path }: Finding) => part === 'value' || valueAt(this.data, path) !== undefined;
      this.report(checkStudy(base, files).filter(written), []);
    }
    return points;
  }

  private parse(data: unknown, origins: readonly Origin[]): ScenarioFile | undefined {
    const result = this.schema.safeParse(data);
    if (result.success) return result.data;
    this.report(findingsOf(result.error, data), origins);
    return undefined;
  }

  /** The factors of the sweep, as far as they make sense. */
  private factors(): Factor[] {
    const sweep = isMapping(this.data) ? this.data['sweep'] : undefined;
    const parsed = this.schema.shape.sweep.safeParse(sweep);
    if (!parsed.success) return [];
    return Object.entries(parsed.data).flatMap(([name, { set, values }]) => {
      try {
        return [{ name, path: resolvePath(this.data, set), values }];
      } catch (error) {
        if (!(error instanceof PathError)) throw error;
        const path = ['sweep', name, 'set'];
        this.report([{ path, part: 'value', message: `found ${JSON.stringify(set)}; ${error.message}` }], []);
        return [];
      }
    });
  }

  /** Reports what is wrong with each value alone; mistakes of the text itself are reported elsewhere. */
  private checkValues({ name, path, values }: Factor): void {
    values.forEach((value, index) => {
      const origin = { path, value, writtenAt: valuePath(name, index) };
      const data = assign(this.data, origin);
      const result = this.schema.safeParse(data);
      if (result.success) return;
      const findings = findingsOf(result.error, data).filter((finding) => causedBy(finding, origin, this.data));
      this.report(findings, [origin]);
    });
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
      leadsNowhere && typeof origin.writtenAt !== 'string'
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

function valuePath(factor: string, index: number): Path {
  return ['sweep', factor, 'values', index];
}
