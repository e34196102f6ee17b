import assert from 'node:assert/strict';
import { cbrt, cos2pi, exp, ln, pow } from '../../sim/core/maths';

const EPSILON = Number.EPSILON;

/** Equal to within `ulps` units in the last place of `expected`. */
function near(actual: number, expected: number, ulps: number, what: string): void {
  const tolerance = ulps * EPSILON * Math.max(Math.abs(expected), Number.MIN_VALUE / EPSILON);
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}

/** From 1e-300 to 1e300, dense around 1. */
function* positives(): Generator<number> {
  for (let e = -300; e <= 300; e += 0.37) yield 10 ** e;
  for (let x = 0.5; x < 2; x += 0.00113) yield x;
}

describe('elementary functions', () => {
  it('ln agrees with the library', () => {
    for (const x of positives()) {
      // near 1 the logarithm itself is small: there the error is measured against x - 1
      near(ln(x), Math.log(x), 4, `ln ${x}`);
    }
  });

  it('ln of 1, 0, below, infinity and subnormals', () => {
    assert.equal(ln(1), 0);
    assert.equal(ln(0), -Infinity);
    assert.ok(Number.isNaN(ln(-1)));
    assert.ok(Number.isNaN(ln(NaN)));
    for (const x of [Number.MIN_VALUE, 3e-320, 2.2250738585072014e-308, Number.MAX_VALUE]) {
      near(ln(x), Math.log(x), 4, `ln ${x}`);
    }
  });

  it('exp agrees with the library over its whole range', () => {
    for (let x = -708; x < 709.7; x += 0.731) near(exp(x), Math.exp(x), 4, `exp ${x}`);
    for (let x = -1; x < 1; x += 0.00217) near(exp(x), Math.exp(x), 2, `exp ${x}`);
    for (const x of [709.5, 709.7, 709.78]) near(exp(x), Math.exp(x), 4, `exp ${x}`);
  });

  it('exp of 0, of subnormal and of infinite results', () => {
    assert.equal(exp(0), 1);
    assert.equal(exp(710), Infinity);
    assert.equal(exp(-746), 0);
    assert.equal(exp(-Infinity), 0);
    for (const x of [-709, -730, -744]) near(exp(x), Math.exp(x), 4, `exp ${x}`);
  });

  it('cbrt agrees with the library, also of negative numbers', () => {
    for (const x of positives()) {
      near(cbrt(x), Math.cbrt(x), 2, `cbrt ${x}`);
      assert.equal(cbrt(-x), -cbrt(x));
    }
    for (const x of [0, Infinity, -Infinity]) assert.equal(cbrt(x), x);
    assert.equal(cbrt(27), 3);
  });

  it('pow loses no more than its exponent costs', () => {
    for (const x of [0.001, 0.3, 0.99, 1.01, 2, 17.5, 1e6]) {
      for (const y of [-7.5, -1, -0.5, 0.1, 0.5, 0.75, 1, 2, 3.3, 20]) {
        // the error of y ln x is absolute in the result's exponent
        near(pow(x, y), Math.pow(x, y), 4 + 4 * Math.abs(y * Math.log(x)), `${x} ^ ${y}`);
      }
    }
    assert.equal(pow(5, 0), 1);
    assert.equal(pow(0, 0), 1);
    assert.equal(pow(0, 2), 0);
  });

  it('cos2pi agrees with the library and is exact at the quarters', () => {
    for (let t = 0; t < 1; t += 0.000317) {
      assert.ok(Math.abs(cos2pi(t) - Math.cos(2 * Math.PI * t)) < 1e-15, `cos2pi ${t}`);
    }
    assert.equal(cos2pi(0), 1);
    assert.equal(cos2pi(0.5), -1);
    assert.ok(Math.abs(cos2pi(0.25)) < 1e-16);
    assert.ok(Math.abs(cos2pi(0.75)) < 1e-16);
  });
});
