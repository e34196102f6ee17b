/** Where records end that no segment may reach over, as sequence numbers: what MSG_EOR asks of Linux. */
export class RecordEnds {
  private readonly ends: number[] = [];

  /** What was written up to `seq` is a record. */
  add(seq: number): void {
    if (this.ends.at(-1) !== seq) this.ends.push(seq);
  }

  /** How much of `length` bytes from `seq`, which only grows, belongs to the first record. */
  cut(seq: number, length: number): number {
    const { ends } = this;
    while (ends.length > 0 && ends[0]! <= seq) ends.shift();
    return ends.length > 0 && ends[0]! < seq + length ? ends[0]! - seq : length;
  }

  has(seq: number): boolean {
    return this.ends[0] === seq;
  }
}
