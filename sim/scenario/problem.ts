import type * as z from 'zod';
import { oneOf } from '../core/choice';
import { suggestion } from '../core/did-you-mean';
import { isMapping, type Path, valueAt } from './path';

/** A line and column of a text, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One mistake in a scenario. */
export interface Problem {
  /** The file, or the option of the command line that brought it. */
  readonly source: string;
  /** Place in the file. */
  readonly position?: Position;
  /** `sessions[0].from`; empty for the whole file. */
  readonly path: string;
  /** What was found, what was expected, and a suggestion. */
  readonly message: string;
}

/** `file:line:column: path: message`. */
export function formatProblem({ source, position, path, message }: Problem): string {
  const where = position === undefined ? source : `${source}:${position.line}:${position.column}`;
  return path === '' ? `${where}: ${message}` : `${where}: ${path}: ${message}`;
}

/** Thrown when a scenario cannot be used; carries every mistake that was found. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const ordered = [...problems].sort((a, b) => lineOf(a) - lineOf(b) || columnOf(a) - columnOf(b));
    super(ordered.map(formatProblem).join('\n'));
    this.problems = ordered;
  }
}

/** A mistake in data, not yet placed in a text. */
export interface Finding {
  readonly path: Path;
  /** The mistake is about the field's presence rather than its value. */
  readonly part: 'name' | 'value';
  readonly message: string;
}

/** What zod says about `data`, in our words. */
export function findingsOf(error: z.ZodError, data: unknown): Finding[] {
  return error.issues.flatMap((issue): Finding[] => {
    const path = issue.path as Path;
    if (issue.code === 'unrecognized_keys') {
      const messages = issue.message.split('\n');
      return issue.keys.map((key, i) => ({ path: [...path, key], part: 'name', message: messages[i]! }));
    }
    const found = valueAt(data, path);
    const expected = expectation(issue, found);
    if (expected.startsWith('unknown ')) return [{ path, part: 'name', message: expected }];
    if (found === undefined) return [{ path, part: 'value', message: `missing; ${expected}` }];
    return [{ path, part: 'value', message: `found ${printed(found)}; ${expected}` }];
  });
}

/** A value as it may appear in a message. */
export function printed(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isMapping(value)) {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty mapping' : `a mapping (${keys.join(', ')})`;
  }
  return value === null ? 'nothing' : JSON.stringify(value);
}

function expectation(issue: z.core.$ZodIssue, found: unknown): string {
  if (issue.message.startsWith('expected ')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value': {
      const names = issue.values.map(String);
      return `expected ${oneOf(names)}${typeof found === 'string' ? suggestion(found, names) : ''}`;
    }
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'expected text that is not empty';
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${countOf(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${countOf(issue.origin, issue.maximum)}`;
    default:
      return issue.message;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  tuple: 'a list',
};

function countOf(origin: string, number: number | bigint): string {
  if (origin === 'array') return number === 1 ? ' entry' : ' entries';
  return origin === 'string' ? ' characters' : '';
}

function lineOf({ position }: Problem): number {
  return position?.line ?? 0;
}

function columnOf({ position }: Problem): number {
  return position?.column ?? 0;
}
