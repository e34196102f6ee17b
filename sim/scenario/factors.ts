import { oneOf } from '../core/choice';
import { suggestion } from '../core/did-you-mean';
import { PathError, resolvePath } from './assign';
import type { Path } from './path';
import { type Finding, printed } from './problem';
import { RangeProblem, valuesOfRange } from './range';
import type { Condition, FactorFields } from './sweep-schema';
import { type Factor, factorValue, type Level, type Match } from './sweep';

/** The factors of a sweep as far as they make sense, and what is wrong with the others. `data` is the whole scenario. */
export function factorsOf(sweep: Readonly<Record<string, FactorFields>>, data: unknown) {
  const reader = new FactorReader(data);
  for (const [name, fields] of Object.entries(sweep)) reader.read(name, fields);
  return { factors: reader.factors, findings: reader.findings };
}

/** What combinations to leave out, and what is wrong there. */
export function exclusionsOf(exclude: readonly Condition[], factors: readonly Factor[]) {
  const findings: Finding[] = [];
  const matches = exclude.map((condition, i) => {
    findings.push(...conditionFindings(condition, ['exclude', i], factors));
    return matchOf(condition);
  });
  return { matches, findings };
}

class FactorReader {
  readonly factors: Factor[] = [];
  readonly findings: Finding[] = [];

  constructor(private readonly data: unknown) {}

  read(name: string, fields: FactorFields): void {
    const before = this.findings.length;
    const levels = fields.sets === undefined ? this.valueLevels(name, fields) : this.setLevels(name, fields);
    this.checkReferences(name, fields, levels.length);
    if (this.findings.length > before || levels.length === 0) return;
    this.factors.push({
      name,
      levels,
      ...(fields.with === undefined ? {} : { with: fields.with }),
      ...(fields.when === undefined ? {} : { when: matchOf(fields.when) }),
    });
  }

  private valueLevels(name: string, { set, values }: FactorFields): Level[] {
    if (set === undefined || values === undefined) {
      const missing = set === undefined ? 'set' : 'values';
      const expected = missing === 'set' ? 'the dotted path of a field' : 'a list of values, or a range';
      this.refuse(['sweep', name], `${missing} is missing; expected ${expected}, or sets in place of set and values`);
      return [];
    }
    const paths = (typeof set === 'string' ? [set] : set).flatMap((dotted, i) => {
      const path = this.pathOf(dotted, typeof set === 'string' ? ['sweep', name, 'set'] : ['sweep', name, 'set', i]);
      return path === undefined ? [] : [path];
    });
    const level = (value: string | number | boolean, writtenAt: Path): Level => ({
      label: factorValue(value),
      assignments: paths.map((path) => ({ path, value, writtenAt })),
    });
    if (Array.isArray(values)) return values.map((value, i) => level(value, ['sweep', name, 'values', i]));
    try {
      return valuesOfRange(values).map((value) => level(value, ['sweep', name, 'values']));
    } catch (error) {
      if (!(error instanceof RangeProblem)) throw error;
      this.refuse(['sweep', name, 'values'], error.message);
      return [];
    }
  }

  private setLevels(name: string, { set, values, sets }: FactorFields): Level[] {
    if (set !== undefined || values !== undefined) {
      const extra = set === undefined ? 'values' : 'set';
      this.findings.push({ path: ['sweep', name, extra], part: 'name', message: 'not together with sets' });
    }
    if (Object.keys(sets!).length === 0) this.refuse(['sweep', name, 'sets'], 'found an empty mapping; expected names');
    return Object.entries(sets!).map(([label, assigned]) => ({
      label,
      assignments: Object.entries(assigned).flatMap(([dotted, value]) => {
        const writtenAt = ['sweep', name, 'sets', label, dotted];
        const path = this.pathOf(dotted, writtenAt);
        return path === undefined ? [] : [{ path, value: value as unknown, writtenAt }];
      }),
    }));
  }

  private pathOf(dotted: string, writtenAt: Path): Path | undefined {
    try {
      return resolvePath(this.data, dotted);
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      this.refuse(writtenAt, `found ${printed(dotted)}; ${error.message}`);
      return undefined;
    }
  }

  private checkReferences(name: string, fields: FactorFields, length: number): void {
    if (fields.with !== undefined) {
      const leader = this.factors.find((factor) => factor.name === fields.with);
      const known = this.factors.filter((factor) => factor.with === undefined).map((factor) => factor.name);
      if (leader === undefined || leader.with !== undefined) {
        this.refuse(['sweep', name, 'with'], `found ${printed(fields.with)}; ${expectedFactor(fields.with, known)}`);
      } else if (leader.levels.length !== length) {
        const message = `${fields.with} has ${leader.levels.length} values and ${name} has ${length}; expected equally many`;
        this.refuse(['sweep', name, 'with'], message);
      }
    }
    if (fields.when !== undefined) {
      this.findings.push(...conditionFindings(fields.when, ['sweep', name, 'when'], this.factors));
    }
  }

  private refuse(path: Path, message: string): void {
    this.findings.push({ path, part: 'value', message });
  }
}

/** Factors and values that are not there. */
function conditionFindings(condition: Condition, at: Path, factors: readonly Factor[]): Finding[] {
  const known = factors.map(({ name }) => name);
  return Object.entries(condition).flatMap(([name, wanted]): Finding[] => {
    const levels = factors.find((factor) => factor.name === name)?.levels;
    if (levels === undefined) {
      return [{ path: [...at, name], part: 'name', message: `unknown factor; ${expectedFactor(name, known)}` }];
    }
    const labels = levels.map(({ label }) => String(label));
    return listOf(wanted).flatMap((value, i): Finding[] => {
      if (labels.includes(String(value))) return [];
      const path = Array.isArray(wanted) ? [...at, name, i] : [...at, name];
      return [{ path, part: 'value', message: `found ${printed(value)}; expected ${oneOf(labels)}` }];
    });
  });
}

function expectedFactor(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'no factor stands above';
  return `expected a factor above: ${oneOf(known)}${suggestion(name, known)}`;
}

function matchOf(condition: Condition): Match {
  return Object.fromEntries(Object.entries(condition).map(([name, wanted]) => [name, listOf(wanted).map(String)]));
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
