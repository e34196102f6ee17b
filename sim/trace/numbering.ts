/** First and last packet number, or the only one. */
export type AckRange = readonly [number, number] | readonly [number];

/**
 * Packet numbers for the segments of a TCP connection, which has none: transmissions are counted, and what an ACK reports is
 * taken for the newest transmission of each segment.
 */
export class Numbering {
  private next = 0;
  // segments in flight in order of sequence: where they start and end, their newest transmission, whether SACKed
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private readonly numbers: number[] = [];
  private readonly sacked: boolean[] = [];
  private head = 0;
  /** The newest transmission that is acknowledged cumulatively. */
  private acknowledged = 0;

  /** [start, end) leaves; empty for a segment without sequence space. Returns its packet number. */
  sent(start: number, end: number): number {
    const number = this.next++;
    if (end === start) return number;
    const at = this.indexOf(end);
    if (at < this.ends.length) {
      if (this.ends[at] === end) this.numbers[at] = number;
      return number;
    }
    this.starts.push(start);
    this.ends.push(end);
    this.numbers.push(number);
    this.sacked.push(false);
    return number;
  }

  /** The newest transmission of the segment that ends at `end`. */
  numberOf(end: number): number {
    return this.numbers[this.indexOf(end)] ?? 0;
  }

  /** Packets that an ACK reports for the first time; the newest that was known, if it says nothing new. */
  acked(ack: number, sack: readonly number[], blocks: number): AckRange[] {
    const fresh: number[] = [];
    for (; this.head < this.ends.length && this.ends[this.head]! <= ack; this.head++) {
      this.acknowledged = this.numbers[this.head]!;
      if (!this.sacked[this.head]) fresh.push(this.acknowledged);
    }
    for (let i = 0; i < 2 * blocks; i += 2) this.acknowledgeBlock(sack[i]!, sack[i + 1]!, fresh);
    if (this.head > 4096) this.compact();
    if (fresh.length === 0) return [[this.acknowledged]];
    return rangesOf(fresh.sort((a, b) => a - b));
  }

  private acknowledgeBlock(left: number, right: number, fresh: number[]): void {
    for (let at = this.indexOf(left + 1); at < this.ends.length && this.ends[at]! <= right; at++) {
      if (this.sacked[at] || this.starts[at]! < left) continue;
      this.sacked[at] = true;
      fresh.push(this.numbers[at]!);
    }
  }

  /** The first segment in flight that ends at `end` or beyond. */
  private indexOf(end: number): number {
    let low = this.head;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ends[middle]! < end) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private compact(): void {
    for (const column of [this.starts, this.ends, this.numbers, this.sacked]) column.splice(0, this.head);
    this.head = 0;
  }
}

function rangesOf(numbers: readonly number[]): AckRange[] {
  const ranges: AckRange[] = [];
  let from = numbers[0]!;
  numbers.forEach((number, i) => {
    const next = numbers[i + 1];
    if (next === number + 1) return;
    ranges.push(from === number ? [number] : [from, number]);
    if (next !== undefined) from = next;
  });
  return ranges;
}
