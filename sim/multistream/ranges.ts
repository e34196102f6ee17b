const NONE: number[] = [];

/**
 * Disjoint ranges [left, right) of integers in ascending order, none touching the next: packet numbers, TSNs, offsets in a
 * stream. Takes no memory of its own while it is empty and was never used.
 */
export class Ranges {
  /** left, right, left, right, ... To be read only. */
  pairs: number[] = NONE;

  get isEmpty(): boolean {
    return this.pairs.length === 0;
  }

  /** How many ranges there are. */
  get count(): number {
    return this.pairs.length / 2;
  }

  /** How many integers are in the ranges. */
  get total(): number {
    let sum = 0;
    for (let i = 0; i < this.pairs.length; i += 2) sum += this.pairs[i + 1]! - this.pairs[i]!;
    return sum;
  }

  /** Adds [left, right). Returns how many of its integers were not there yet. */
  add(left: number, right: number): number {
    if (right <= left) return 0;
    if (this.pairs === NONE) this.pairs = [];
    const { pairs } = this;
    // ranges from `above` on begin beyond; ranges [from, above) overlap or touch
    let above = pairs.length;
    while (above > 0 && pairs[above - 2]! > right) above -= 2;
    let from = above;
    let covered = 0;
    let l = left;
    let r = right;
    while (from > 0 && pairs[from - 1]! >= left) {
      from -= 2;
      const a = pairs[from]!;
      const b = pairs[from + 1]!;
      covered += (b < right ? b : right) - (a > left ? a : left);
      if (a < l) l = a;
      if (b > r) r = b;
    }
    if (from === above) this.makeRoom(from);
    else this.close(from + 2, above);
    pairs[from] = l;
    pairs[from + 1] = r;
    return right - left - covered;
  }

  /** Takes [left, right) out. */
  remove(left: number, right: number): void {
    const { pairs } = this;
    for (let i = pairs.length - 2; i >= 0; i -= 2) {
      const a = pairs[i]!;
      const b = pairs[i + 1]!;
      if (b <= left) return;
      if (a >= right) continue;
      if (a < left && b > right) {
        this.makeRoom(i);
        pairs[i] = a;
        pairs[i + 1] = left;
        pairs[i + 2] = right;
        return;
      }
      if (a < left) pairs[i + 1] = left;
      else if (b > right) pairs[i] = right;
      else this.close(i, i + 2);
    }
  }

  /** Forgets the lowest range. */
  removeFirst(): void {
    this.close(0, 2);
  }

  has(n: number): boolean {
    const { pairs } = this;
    for (let i = pairs.length - 2; i >= 0; i -= 2) if (pairs[i]! <= n) return pairs[i + 1]! > n;
    return false;
  }

  clear(): void {
    if (this.pairs.length > 0) this.pairs.length = 0;
  }

  /** Moves what is from `at` on by one range. */
  private makeRoom(at: number): void {
    const { pairs } = this;
    pairs.push(0, 0);
    for (let i = pairs.length - 1; i >= at + 2; i--) pairs[i] = pairs[i - 2]!;
  }

  private close(from: number, to: number): void {
    if (from === to) return;
    const { pairs } = this;
    for (let i = to; i < pairs.length; i++) pairs[from + i - to] = pairs[i]!;
    pairs.length -= to - from;
  }
}
