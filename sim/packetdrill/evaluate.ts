import { pow } from '../core/maths';
import { CodeError, type CodeExpression, type Statement, type Value } from './code';
import { callFunction, callMethod, formatPercent, isList, repr, text } from './functions';

/** Names that a block sees. Assignments go to `set` and outlive the block. */
export interface Scope {
  /** Undefined when there is no such name. */
  get(name: string): Value | undefined;
  set(name: string, value: Value): void;
  print(line: string): void;
}

/** Runs the statements. A failed assertion and every other error throw `CodeError`. */
export function execute(statements: readonly Statement[], scope: Scope): void {
  for (const statement of statements) executeOne(statement, scope);
}

function executeOne(statement: Statement, scope: Scope): void {
  switch (statement.kind) {
    case 'assert':
      if (truth(evaluate(statement.test, scope))) return;
      throw new CodeError(assertionMessage(statement, scope));
    case 'assign':
      scope.set(statement.name, evaluate(statement.value, scope));
      return;
    case 'print':
      scope.print(statement.values.map((value) => text(evaluate(value, scope))).join(' '));
      return;
    case 'if':
      execute(truth(evaluate(statement.test, scope)) ? statement.yes : statement.no, scope);
      return;
    case 'for':
      for (const value of items(evaluate(statement.over, scope))) {
        scope.set(statement.name, value);
        execute(statement.body, scope);
      }
      return;
    case 'expression':
      evaluate(statement.value, scope);
  }
}

function assertionMessage(statement: Statement & { kind: 'assert' }, scope: Scope): string {
  const parts = [`assert ${statement.text}`];
  if (statement.message) parts.push(text(evaluate(statement.message, scope)));
  const names = new Set<string>();
  collectNames(statement.test, names);
  const values = [...names].map((name) => [name, scope.get(name)] as const).filter(([, value]) => value !== undefined);
  if (values.length > 0) parts.push(values.map(([name, value]) => `${name} = ${repr(value!)}`).join(', '));
  return parts.join('\n  ');
}

/** The value of an expression. Throws `CodeError`. */
export function evaluate(expression: CodeExpression, scope: Scope): Value {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'name': {
      const value = scope.get(expression.name);
      if (value === undefined) throw new CodeError(`name ${expression.name} is not defined`);
      return value;
    }
    case 'unary':
      return unary(expression.operator, evaluate(expression.operand, scope));
    case 'binary':
      return binary(expression.operator, evaluate(expression.left, scope), evaluate(expression.right, scope));
    case 'and': {
      const left = evaluate(expression.left, scope);
      return truth(left) ? evaluate(expression.right, scope) : left;
    }
    case 'or': {
      const left = evaluate(expression.left, scope);
      return truth(left) ? left : evaluate(expression.right, scope);
    }
    case 'compare':
      return compareChain(expression, scope);
    case 'conditional':
      return evaluate(truth(evaluate(expression.test, scope)) ? expression.yes : expression.no, scope);
    case 'list':
      return expression.items.map((item) => evaluate(item, scope));
    case 'index':
      return index(evaluate(expression.of, scope), evaluate(expression.at, scope));
    case 'call':
      return callFunction(
        expression.name,
        expression.args.map((arg) => evaluate(arg, scope)),
      );
    case 'method':
      return callMethod(
        evaluate(expression.of, scope),
        expression.name,
        expression.args.map((arg) => evaluate(arg, scope)),
      );
  }
}

/** Python's truth value. */
export function truth(value: Value): boolean {
  return isList(value) ? value.length > 0 : Boolean(value);
}

function compareChain(expression: CodeExpression & { kind: 'compare' }, scope: Scope): boolean {
  let left = evaluate(expression.first, scope);
  for (const { operator, operand } of expression.rest) {
    const right = evaluate(operand, scope);
    if (!compare(operator, left, right)) return false;
    left = right;
  }
  return true;
}

function compare(operator: string, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return same(left, right);
    case '!=':
      return !same(left, right);
    case 'in':
      return contains(left, right);
    case 'not in':
      return !contains(left, right);
  }
  const [a, b] = typeof left === 'string' && typeof right === 'string' ? [left, right] : [number(left), number(right)];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  if (operator === '>') return a > b;
  return a >= b;
}

function same(left: Value, right: Value): boolean {
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, i) => same(item, right[i]!));
  }
  if (typeof left === 'boolean' && typeof right === 'number') return Number(left) === right;
  if (typeof right === 'boolean' && typeof left === 'number') return Number(right) === left;
  return left === right;
}

function contains(item: Value, whole: Value): boolean {
  return typeof whole === 'string' ? whole.includes(text(item)) : items(whole).some((other) => same(item, other));
}

function unary(operator: string, value: Value): Value {
  if (operator === 'not') return !truth(value);
  const n = number(value);
  return operator === '-' ? -n : operator === '~' ? -n - 1 : n;
}

function binary(operator: string, left: Value, right: Value): Value {
  if (operator === '%' && typeof left === 'string') return formatPercent(left, right);
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (operator === '+' && isList(left) && isList(right)) return [...left, ...right];
  const a = number(left);
  const b = number(right);
  if (b === 0 && (operator === '/' || operator === '//' || operator === '%')) throw new CodeError('division by zero');
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return a - b * Math.floor(a / b);
    case '**':
      return Number.isInteger(b) && b >= 0 ? integerPower(a, b) : pow(a, b);
    default:
      return Number(bitwise(operator, BigInt(a), BigInt(b)));
  }
}

function integerPower(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result *= base;
  return result;
}

/** Exact beyond 32 bits: tcpi counters have 64. */
function bitwise(operator: string, a: bigint, b: bigint): bigint {
  if (operator === '|') return a | b;
  if (operator === '&') return a & b;
  if (operator === '^') return a ^ b;
  return operator === '<<' ? a << b : a >> b;
}

function index(of: Value, at: Value): Value {
  const i = number(at);
  const whole = typeof of === 'string' ? [...of] : items(of);
  const item = whole[i < 0 ? whole.length + i : i];
  if (item === undefined) throw new CodeError(`index ${i} is out of range`);
  return item;
}

function items(value: Value): readonly Value[] {
  if (isList(value)) return value;
  throw new CodeError(`${repr(value)} is not a list`);
}

function number(value: Value): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  throw new CodeError(`${repr(value)} is not a number`);
}

function collectNames(expression: CodeExpression, names: Set<string>): void {
  switch (expression.kind) {
    case 'name':
      names.add(expression.name);
      return;
    case 'unary':
      collectNames(expression.operand, names);
      return;
    case 'binary':
    case 'and':
    case 'or':
      collectNames(expression.left, names);
      collectNames(expression.right, names);
      return;
    case 'compare':
      collectNames(expression.first, names);
      for (const { operand } of expression.rest) collectNames(operand, names);
      return;
    case 'call':
      for (const arg of expression.args) collectNames(arg, names);
  }
}
