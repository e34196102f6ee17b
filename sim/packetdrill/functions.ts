import { CodeError, type Value } from './code';

/** The built-in functions that blocks call. Throws `CodeError`. */
export function callFunction(name: string, args: readonly Value[]): Value {
  const numbers = () => (args.length === 1 && isList(args[0]!) ? args[0] : args).map(toNumber);
  const [first = 0, second] = args;
  switch (name) {
    case 'abs':
      return Math.abs(toNumber(first));
    case 'min':
      return Math.min(...numbers());
    case 'max':
      return Math.max(...numbers());
    case 'sum':
      return numbers().reduce((a, b) => a + b, 0);
    case 'int':
      return Math.trunc(toNumber(first));
    case 'long':
      return Math.trunc(toNumber(first));
    case 'float':
      return toNumber(first);
    case 'round':
      return roundTo(toNumber(first), second === undefined ? 0 : toNumber(second));
    case 'bool':
      return isList(first) ? first.length > 0 : Boolean(first);
    case 'str':
      return text(first);
    case 'repr':
      return repr(first);
    case 'hex':
      return `0x${toNumber(first).toString(16)}`;
    case 'len':
      return typeof first === 'string' || isList(first) ? first.length : fail('len() needs a list or a string');
    case 'range':
      return range(args.map(toNumber));
    case 'list':
    case 'tuple':
      return isList(first) ? first : fail(`${name}() needs a list`);
    default:
      return fail(`function ${name} is not known`);
  }
}

/** Methods of strings. Throws `CodeError`. */
export function callMethod(of: Value, name: string, args: readonly Value[]): Value {
  if (typeof of === 'string' && name === 'format') return formatBraces(of, args);
  if (typeof of === 'string' && name === 'join') return (args[0] as readonly Value[]).map(text).join(of);
  return fail(`method ${name} is not known`);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** As Python's str(). */
export function text(value: Value): string {
  return typeof value === 'string' ? value : repr(value);
}

/** As Python's repr(). */
export function repr(value: Value): string {
  if (isList(value)) return `(${value.map(repr).join(', ')})`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null ? 'None' : String(value);
}

/** `'%d of %s' % (1, x)`. */
export function formatPercent(format: string, values: Value): string {
  const rest = isList(values) ? [...values] : [values];
  return format.replace(/%(-?)(0?)(\d*)(?:\.(\d+))?l?([diufgsrxX%])/g, (_, left, zero, width, precision, type) => {
    if (type === '%') return '%';
    if (rest.length === 0) fail('not enough values for the format');
    const shown = formatOne(rest.shift()!, type as string, precision as string | undefined);
    if (left) return shown.padEnd(Number(width));
    return shown.padStart(Number(width), zero ? '0' : ' ');
  });
}

function formatOne(value: Value, type: string, precision: string | undefined): string {
  switch (type) {
    case 's':
      return text(value);
    case 'r':
      return repr(value);
    case 'x':
      return toNumber(value).toString(16);
    case 'X':
      return toNumber(value).toString(16).toUpperCase();
    case 'f':
      return toNumber(value).toFixed(Number(precision ?? 6));
    case 'g':
      return String(Number(toNumber(value).toPrecision(Number(precision ?? 6))));
    default:
      return String(Math.trunc(toNumber(value)));
  }
}

function formatBraces(format: string, values: readonly Value[]): string {
  let next = 0;
  return format.replace(/\{(\d*)(?::[^}]*)?\}/g, (_, at: string) =>
    text(values[at === '' ? next++ : Number(at)] ?? null),
  );
}

function roundTo(x: number, digits: number): number {
  let unit = 1;
  for (let i = 0; i < digits; i++) unit *= 10;
  return Math.round(x * unit) / unit;
}

function range(args: readonly number[]): number[] {
  const [from, to] = args.length === 1 ? [0, args[0]!] : [args[0] ?? 0, args[1] ?? 0];
  const step = args[2] ?? 1;
  if (step === 0) fail('range() needs a step other than 0');
  const numbers: number[] = [];
  for (let n = from; step > 0 ? n < to : n > to; n += step) numbers.push(n);
  return numbers;
}

function toNumber(value: Value): number {
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  return fail(`${repr(value)} is not a number`);
}

function fail(message: string): never {
  throw new CodeError(message);
}
