import type { Field } from './compare';
import type { Place } from './script';

/** How a script ended. */
export type Outcome =
  | { readonly passed: true; readonly warnings: readonly Warning[]; readonly printed: readonly string[] }
  | {
      readonly passed: false;
      readonly failure: Failure;
      readonly warnings: readonly Warning[];
      readonly printed: readonly string[];
    };

export interface Warning {
  readonly place: Place;
  readonly message: string;
}

/** Why a script failed; `fields` when an expected and an actual segment were compared. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly place: Place,
    readonly fields: readonly Field[] = [],
  ) {
    super(message);
  }
}

/** The failure for a terminal: file and line, the line itself, then expected and actual side by side. */
export function printFailure(failure: Failure, file: string, source: string): string {
  const { line } = failure.place;
  const text = source.split('\n')[line - 1] ?? '';
  const lines = [`${file}:${line}: ${failure.message}`, `  ${String(line).padStart(4)} | ${text.trim()}`];
  if (failure.fields.length > 0) lines.push(...sideBySide(failure.fields));
  return lines.join('\n');
}

function sideBySide(fields: readonly Field[]): string[] {
  const shown = fields.filter(({ expected, actual }) => expected !== '' || actual !== '');
  const name = width(['', ...shown.map((f) => f.name)]);
  const expected = width(['expected', ...shown.map((f) => f.expected)]);
  const row = (mark: string, a: string, b: string, c: string) =>
    `  ${mark} ${a.padEnd(name)}  ${b.padEnd(expected)}  ${c}`.trimEnd();
  return [
    row(' ', '', 'expected', 'actual'),
    ...shown.map((f) => row(f.agrees ? ' ' : '*', f.name, f.expected, f.actual)),
  ];
}

function width(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
