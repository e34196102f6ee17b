import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CodeError, type Value } from '../../sim/packetdrill/code';
import { parseCode } from '../../sim/packetdrill/code-parser';
import { execute, type Scope } from '../../sim/packetdrill/evaluate';

class Names implements Scope {
  readonly printed: string[] = [];
  readonly names: Map<string, Value>;

  constructor(names: Readonly<Record<string, Value>>) {
    this.names = new Map(Object.entries(names));
  }

  get(name: string): Value | undefined {
    return this.names.get(name);
  }

  set(name: string, value: Value): void {
    this.names.set(name, value);
  }

  print(line: string): void {
    this.printed.push(line);
  }
}

function run(code: string, names: Readonly<Record<string, Value>> = {}): Names {
  const scope = new Names(names);
  execute(parseCode(code), scope);
  return scope;
}

function value(expression: string, names: Readonly<Record<string, Value>> = {}): Value | undefined {
  return run(`x = ${expression}`, names).get('x');
}

function fails(code: string, message: RegExp, names: Readonly<Record<string, Value>> = {}): void {
  assert.throws(
    () => run(code, names),
    (error) => error instanceof CodeError && message.test(error.message),
  );
}

describe('packetdrill code blocks', () => {
  it('compute as Python does', () => {
    assert.equal(value('1 + 2 * 3 ** 2'), 19);
    assert.equal(value('-7 // 2'), -4);
    assert.equal(value('-7 % 3'), 2);
    assert.equal(value('7 / 2'), 3.5);
    assert.equal(value('0x7fffffff'), 2147483647);
    assert.equal(value('(1 << 40) | 3'), 2 ** 40 + 3);
    assert.equal(value('-2 ** 2'), -4);
    assert.equal(value('~0 & 0xff'), 255);
  });

  it('chain comparisons', () => {
    assert.equal(value('98 <= x <= 110', { x: 100 }), true);
    assert.equal(value('98 <= x <= 110', { x: 111 }), false);
    assert.equal(value('1 < 2 > 1 != 3'), true);
  });

  it('join conditions with and, or, not, and choose with if else', () => {
    assert.equal(value('not a and b or 0', { a: false, b: 5 }), 5);
    assert.equal(value('"low" if a < 3 else "high"', { a: 3 }), 'high');
    assert.equal(value('2 in [1, 2] and 4 not in (1, 2)'), true);
  });

  it('call functions and format', () => {
    assert.equal(value('max(1, abs(-3), min([7, 9]))'), 7);
    assert.equal(value("'%d of %5.1f is %s, %x%%' % (1, 2.5, 'x', 255)"), '1 of   2.5 is x, ff%');
    assert.equal(value("'{} and {}'.format(1, 'b')"), '1 and b');
    assert.equal(value('len(range(2, 10, 3))'), 3);
  });

  it('keep assignments for later blocks and print', () => {
    const scope = run('a = 1; a += 2\nprint(a, "x")\nprint a');
    assert.deepEqual(scope.printed, ['3 x', '3']);
    execute(parseCode('b = a * 2'), scope);
    assert.equal(scope.get('b'), 6);
  });

  it('follow if, elif, else and for, on one line or indented', () => {
    const code = 'if a > 5: b = 1\nelif a > 3:\n  b = 2\n  c = 9\nelse:\n  b = 3\nfor i in range(3):\n  b += i\nd = b';
    assert.equal(run(code, { a: 6 }).get('d'), 4);
    assert.equal(run(code, { a: 4 }).get('d'), 5);
    assert.equal(run(code, { a: 4 }).get('c'), 9);
    assert.equal(run(code, { a: 1 }).get('d'), 6);
  });

  it('join lines after a backslash and inside brackets', () => {
    run('assert 1 == 1, 5;\\\n   assert (2 ==\n 2)\\\n');
  });

  it('fail an assertion with its text, its message and the values of its names', () => {
    fails('assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd', /assert tcpi_snd_cwnd == 10\n {2}9\n {2}tcpi_snd_cwnd = 9/, {
      tcpi_snd_cwnd: 9,
    });
    fails("assert a < 3 and b, 'a: %d' % a", /a: 4/, { a: 4, b: 1 });
    run('assert tcpi_snd_cwnd == 10, undefined_name', { tcpi_snd_cwnd: 10 });
  });

  it('refuse unknown names and unknown syntax', () => {
    fails('assert tcpi_nonsense == 1', /tcpi_nonsense is not defined/);
    fails('x = 1 +', /end of block/);
    fails('x = foo(1)', /function foo is not known/);
    fails('x = 1 / 0', /division by zero/);
  });
});
