/**
 * Rows of numbers in one block of memory, doubles and 32-bit integers side by side. What every packet-hop reads of a packet or
 * a link stands in such a row, half a cache line or one, and not in fields of an object: a field of doubles is a pointer to a
 * box, and the fields of one object are spread over many lines (docs/performance.md).
 */
export class NumberTable {
  /** Of row `r`: from `r * doublesPerRow` on. */
  doubles: Float64Array;
  /** The same memory: of row `r`, from `2 * r * doublesPerRow` on. */
  ints: Int32Array;
  private rows = 0;

  constructor(readonly doublesPerRow: number) {
    this.doubles = new Float64Array(FIRST_ROWS * doublesPerRow);
    this.ints = new Int32Array(this.doubles.buffer);
  }

  /** A new row of zeros: its number. */
  add(): number {
    if ((this.rows + 1) * this.doublesPerRow > this.doubles.length) {
      const { doubles } = this;
      this.doubles = new Float64Array(doubles.length * 2);
      this.doubles.set(doubles);
      this.ints = new Int32Array(this.doubles.buffer);
    }
    return this.rows++;
  }
}

const FIRST_ROWS = 64;
