import { cos2pi, exp, ln } from './maths';

/** Four 32-bit words that stand for (study seed, replication). Made by `seedrandom` at the edge: see sim/run/seed.ts. */
export type SeedWords = readonly [number, number, number, number];

/**
 * Random numbers for one model element (generator sfc32, C. Doty-Humphrey's PractRand; 128-bit state).
 * Every derived distribution uses only arithmetic that is the same in all engines.
 */
export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: SeedWords, path: string) {
    const h = hash64(path);
    this.a = (seed[0] ^ h[0]) | 0;
    this.b = (seed[1] ^ h[1]) | 0;
    this.c = (seed[2] ^ Math.imul(h[0], 0x9e3779b1) ^ seed[3]) | 0;
    for (let i = 0; i < 16; i++) this.word();
  }

  /** A uniform 32-bit integer. */
  word(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return t;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Uniform integer in [low, high]. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.uniform() < p;
  }

  /** Exponential with the given mean. */
  exponential(mean: number): number {
    return -mean * ln(1 - this.uniform());
  }

  /** Pareto with minimum `scale` and tail index `shape`. */
  pareto(scale: number, shape: number): number {
    return scale * exp(-ln(1 - this.uniform()) / shape);
  }

  /** Normal, by the Box–Muller transform. */
  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * ln(1 - this.uniform()));
    return mean + deviation * radius * cos2pi(this.uniform());
  }

  /** Log-normal with the given median and standard deviation of the logarithm. */
  logNormal(median: number, sigma: number): number {
    return median * exp(this.normal(0, sigma));
  }
}

/** Random streams named by element path ("link:r1>r2/loss"): adding an element shifts no other stream. */
export class RandomStreams {
  private readonly streams = new Map<string, RandomStream>();

  constructor(private readonly seed: SeedWords) {}

  stream(path: string): RandomStream {
    let stream = this.streams.get(path);
    if (!stream) {
      stream = new RandomStream(this.seed, path);
      this.streams.set(path, stream);
    }
    return stream;
  }
}

/** Two 32-bit FNV-1a style hashes of a string. */
export function hash64(text: string): readonly [number, number] {
  let h1 = 0x811c9dc5;
  let h2 = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ c, 0x01000193);
    h2 = Math.imul(h2 ^ c, 0x85ebca6b);
    h2 ^= h2 >>> 13;
  }
  return [mix(h1), mix(h2)];
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
