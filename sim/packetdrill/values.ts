import { CONSTANTS } from './constants';
import { type Expression, type Place, ScriptError } from './script';

/** Reads the arguments of one system call. Throws `ScriptError` when they are not what the call takes. */
export class Arguments {
  constructor(
    readonly call: string,
    private readonly items: readonly Expression[],
    readonly place: Place,
  ) {}

  at(index: number): Expression {
    return this.items[index] ?? ANY;
  }

  number(index: number): number {
    const value = numberOf(this.at(index));
    if (value === null) this.fail(`argument ${index + 1} is not a number`);
    return value;
  }

  /** The constant's name, or the number as text: options are told apart by name. */
  name(index: number): string {
    const item = this.at(index);
    if (item.kind === 'word') return item.name;
    if (item.kind === 'number') return String(item.value);
    return this.fail(`argument ${index + 1} is not a name`);
  }

  /** The number in `[1]` or a plain number; null for `...`. */
  boxed(index: number): number | null {
    const item = this.at(index);
    return numberOf(item.kind === 'list' ? (item.items[0] ?? ANY) : item);
  }

  fail(message: string): never {
    throw new ScriptError(`${this.call}: ${message}`, this.place);
  }
}

const ANY: Expression = { kind: 'any' };

/** Null when it is not a number, a constant or constants joined by `|`. */
export function numberOf(expression: Expression): number | null {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'word':
      return CONSTANTS[expression.name] ?? null;
    case 'or': {
      const left = numberOf(expression.left);
      const right = numberOf(expression.right);
      return left === null || right === null ? null : Number(BigInt(left) | BigInt(right));
    }
    case 'named':
      return expression.name === 'htons' ? numberOf(expression.args[0] ?? ANY) : null;
    default:
      return null;
  }
}

/** A field of `{name=value, ...}`, or undefined. */
export function fieldOf(expression: Expression, name: string): Expression | undefined {
  if (expression.kind !== 'struct') return undefined;
  for (const item of expression.items) if (item.kind === 'named' && item.name === name) return item.value ?? undefined;
  return undefined;
}

/** Sum of the lengths in `[{..., 100}, {..., 200}]`, or in a msghdr that has such a list. */
export function vectorLength(expression: Expression): number {
  const list = fieldOf(expression, 'msg_iov') ?? expression;
  if (list.kind !== 'list') return 0;
  return list.items.reduce(
    (sum, item) => sum + (item.kind === 'struct' ? (numberOf(item.items[1] ?? ANY) ?? 0) : 0),
    0,
  );
}

/** As a script would write it, for messages. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'any':
      return '...';
    case 'number':
      return String(expression.value);
    case 'string':
      return `"${expression.value}"`;
    case 'word':
      return expression.name;
    case 'or':
      return `${printExpression(expression.left)}|${printExpression(expression.right)}`;
    case 'named': {
      const args = expression.args.length > 0 ? `(${expression.args.map(printExpression).join(', ')})` : '';
      return expression.value
        ? `${expression.name}${args}=${printExpression(expression.value)}`
        : `${expression.name}${args}`;
    }
    case 'list':
      return `[${expression.items.map(printExpression).join(', ')}]`;
    case 'struct':
      return `{${expression.items.map(printExpression).join(', ')}}`;
  }
}
