const NONE: number[] = [];

/** What a receiver notes of segments that come out of order or twice: made by the first of them. */
export class Disorder {
  /** Segments that arrived out of order, and that were wholly duplicate. */
  outOfOrderSegments = 0;
  duplicateSegments = 0;
  /** Islands beyond rcv.nxt as pairs [left, right), the most recently changed first (RFC 2018 section 4). */
  private islands = NONE;
  /** Past the highest byte that has come. */
  private highest = 0;
  private dsackLeft = -1;
  private dsackRight = -1;

  /** Something is held beyond rcv.nxt. */
  get hasIslands(): boolean {
    return this.islands.length > 0;
  }

  /** There are blocks to report. */
  get hasBlocks(): boolean {
    return this.dsackLeft >= 0 || this.islands.length > 0;
  }

  /** Bytes held beyond rcv.nxt. */
  get held(): number {
    const { islands } = this;
    let bytes = 0;
    for (let i = 0; i < islands.length; i += 2) bytes += islands[i + 1]! - islands[i]!;
    return bytes;
  }

  /** Fills `sack` with the blocks to report, `most` of them, D-SACK first. Returns their number. */
  fillSack(sack: number[], most: number): number {
    const { islands } = this;
    let count = 0;
    if (this.dsackLeft >= 0) {
      sack[0] = this.dsackLeft;
      sack[1] = this.dsackRight;
      this.dsackLeft = -1;
      count = 1;
    }
    for (let i = 0; i < islands.length && count < most; i += 2) {
      sack[2 * count] = islands[i]!;
      sack[2 * count + 1] = islands[i + 1]!;
      count++;
    }
    return count;
  }

  /** RFC 2883 section 4. */
  reportDuplicate(left: number, right: number): void {
    this.dsackLeft = left;
    this.dsackRight = right;
  }

  /** A segment from rcv.nxt to `end` repeats part of what is held: the lowest such part is reported. */
  reportOverlap(end: number): void {
    const { islands } = this;
    let lowest = -1;
    for (let i = 0; i < islands.length; i += 2) {
      if (islands[i]! < end && (lowest < 0 || islands[i]! < islands[lowest]!)) lowest = i;
    }
    if (lowest >= 0) this.reportDuplicate(islands[lowest]!, Math.min(islands[lowest + 1]!, end));
  }

  /** [left, right) has come, beyond rcv.nxt. */
  add(left: number, right: number): void {
    const { islands } = this;
    // behind a hole, the next of what was sent in order: it joins the last island and can touch no other
    if (left === this.highest && islands.length > 0 && islands[1] === left) {
      islands[1] = this.highest = right;
      return;
    }
    if (right > this.highest) this.highest = right;
    if (islands === NONE) {
      this.islands = [left, right];
      return;
    }
    // those that stay apart move towards the end, from the last; most often one of two is joined, and nothing changes its place
    let free = islands.length;
    for (let i = islands.length - 2; i >= 0; i -= 2) {
      const l = islands[i]!;
      const r = islands[i + 1]!;
      if (l > right || r < left) {
        free -= 2;
        islands[free] = l;
        islands[free + 1] = r;
        continue;
      }
      if (l <= left && r >= right) this.reportDuplicate(left, right);
      if (l < left) left = l;
      if (r > right) right = r;
    }
    if (free === 0) islands.unshift(left, right);
    else {
      islands[free - 2] = left;
      islands[free - 1] = right;
      if (free > 2) islands.splice(0, free - 2);
    }
  }

  /** All before `nxt` has come. Returns rcv.nxt, which is past the islands that this has reached. */
  absorb(nxt: number): number {
    const { islands } = this;
    for (let i = 0; i < islands.length;) {
      if (islands[i]! > nxt) {
        i += 2;
        continue;
      }
      if (islands[i + 1]! > nxt) nxt = islands[i + 1]!;
      islands.splice(i, 2);
      i = 0;
    }
    // its room is given back: there may be no more for long
    if (islands.length === 0) this.islands = NONE;
    return nxt;
  }
}

/** Of a receiver to whom all has come once and in order. */
export const IN_ORDER = new Disorder();
