/*
 * Elementary functions built from +, -, *, / and Math.sqrt alone, which IEEE 754 fixes to the last bit.
 * ECMAScript leaves the precision of Math.log, exp, pow, cbrt and cos to the engine, so using those would let a trajectory
 * differ between Node and a browser. Accuracy here is a few units in the last place.
 */

const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const scratch = new DataView(new ArrayBuffer(8));

/** Natural logarithm of a positive finite number. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  scratch.setFloat64(0, x);
  let exponent = ((scratch.getInt32(0) >>> 20) & 0x7ff) - 1023;
  if (exponent === -1023) return ln(x * 18014398509481984) - 54 * (LN2_HIGH + LN2_LOW);
  scratch.setInt32(0, (scratch.getInt32(0) & 0x000fffff) | 0x3ff00000);
  let m = scratch.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    exponent++;
  }
  // ln m = 2 artanh(s), s = (m - 1)/(m + 1), |s| < 0.172
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let sum = 0;
  for (let k = 23; k >= 3; k -= 2) sum = (sum + 1 / k) * s2;
  return exponent * LN2_HIGH + (2 * s + (2 * s * sum + exponent * LN2_LOW));
}

/** e to the power x. */
export function exp(x: number): number {
  if (x > 709.78) return Infinity;
  if (x < -745.2) return 0;
  const k = Math.floor(x / (LN2_HIGH + LN2_LOW) + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 16; n >= 1; n--) sum = 1 + (sum * r) / n;
  // in two steps: 2^1024 alone would be infinite
  const half = k >> 1;
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** Cube root. */
export function cbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const a = x < 0 ? -x : x;
  let y = exp(ln(a) / 3);
  y -= (y * y * y - a) / (3 * y * y);
  return x < 0 ? -y : y;
}

/** x to the power y, x > 0. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  return x === 0 ? 0 : exp(y * ln(x));
}

/** Cosine of 2 pi t for t in [0, 1). */
export function cos2pi(t: number): number {
  // cos(2 pi t) = -cos(2 pi (t - 1/2)); fold to [0, 1/4], then a Taylor series in (pi t)^2
  let u = t < 0.5 ? t : 1 - t;
  let sign = 1;
  if (u > 0.25) {
    u = 0.5 - u;
    sign = -1;
  }
  const x = 2 * Math.PI * u;
  const x2 = x * x;
  let sum = 1;
  for (let n = 22; n >= 2; n -= 2) sum = 1 - (sum * x2) / (n * (n - 1));
  return sign * sum;
}

function powerOfTwo(k: number): number {
  let result = 1;
  let base = k < 0 ? 0.5 : 2;
  for (let n = k < 0 ? -k : k; n > 0; n >>= 1) {
    if (n & 1) result *= base;
    base *= base;
  }
  return result;
}
