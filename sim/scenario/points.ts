import { assign } from './assign';
import type { ScenarioFile, ScenarioSchema } from './schema';
import type { Combination, Level } from './sweep';

/** A combination of the sweep made in the data of a scenario. */
export interface AssignedPoint {
  readonly data: unknown;
  /** Undefined when something is wrong with it. */
  readonly file: ScenarioFile | undefined;
}

interface Section {
  readonly data: unknown;
  readonly parsed: unknown;
  readonly isValid: boolean;
}

/**
 * Makes the points of a sweep. The fields at the top of a scenario are parsed apart, and each only once for the same
 * levels of the factors that reach into it: a grid of thousands of points has few different networks and transports.
 */
export class PointParser {
  private readonly sections = new Map<string, Section>();
  /** What each level of a factor changes, by the field at the top. */
  private readonly touches = new Map<Level, ReadonlySet<string>>();

  constructor(
    private readonly schema: ScenarioSchema,
    private readonly data: Readonly<Record<string, unknown>>,
    private readonly base: ScenarioFile,
  ) {}

  parse({ levels }: Combination): AssignedPoint {
    if (levels.length === 0) return { data: this.data, file: this.base };
    const touched = new Map<string, string>();
    for (const { factor, index } of levels) {
      for (const key of this.touchedBy(factor.levels[index]!)) {
        touched.set(key, `${touched.get(key) ?? key}/${factor.name}:${index}`);
      }
    }
    const data: Record<string, unknown> = { ...this.data };
    const file: Record<string, unknown> = { ...this.base };
    let isValid = true;
    for (const [key, signature] of touched) {
      const section = this.sectionOf(key, signature, levels);
      data[key] = section.data;
      file[key] = section.parsed;
      isValid &&= section.isValid;
    }
    return { data, file: isValid ? (file as ScenarioFile) : undefined };
  }

  private touchedBy(level: Level): ReadonlySet<string> {
    let keys = this.touches.get(level);
    if (keys === undefined) this.touches.set(level, (keys = new Set(level.assignments.map((a) => String(a.path[0])))));
    return keys;
  }

  private sectionOf(key: string, signature: string, levels: Combination['levels']): Section {
    const known = this.sections.get(signature);
    if (known !== undefined) return known;
    let data = this.data[key];
    for (const { factor, index } of levels) {
      for (const { path, value } of factor.levels[index]!.assignments) {
        if (String(path[0]) === key) data = assign(data, { path: path.slice(1), value });
      }
    }
    const schema = Object.hasOwn(this.schema.shape, key) ? this.schema.shape[key as keyof ScenarioFile] : undefined;
    const result = schema?.safeParse(data);
    const section = { data, parsed: result?.data as unknown, isValid: result?.success === true };
    this.sections.set(signature, section);
    return section;
  }
}
