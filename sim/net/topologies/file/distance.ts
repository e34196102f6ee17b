import { cos2pi } from '../../../core/maths';

/** Mean radius of the Earth (IUGG), m. */
const EARTH = 6_371_008.8;

/** A place on Earth, degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Length of the great circle between two places on a round Earth, m; right to some 0.1 m. */
export function greatCircle(a: Place, b: Place): number {
  const haversine =
    versine(a.latitude - b.latitude) + cosine(a.latitude) * cosine(b.latitude) * versine(a.longitude - b.longitude);
  return 2 * Math.PI * EARTH * turnsOf(1 - 2 * haversine);
}

/** sin²(x / 2) of an angle in degrees. */
function versine(degrees: number): number {
  return (1 - cosine(degrees)) / 2;
}

function cosine(degrees: number): number {
  const turns = Math.abs(degrees) / 360;
  return cos2pi(turns - Math.floor(turns));
}

/** The angle with this cosine, in turns from 0 to 1/2: by halving, as engines differ in the last bit of `Math.acos`. */
function turnsOf(cosineOf: number): number {
  let low = 0;
  let high = 0.5;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (cos2pi(middle) > cosineOf) low = middle;
    else high = middle;
  }
  return low;
}
