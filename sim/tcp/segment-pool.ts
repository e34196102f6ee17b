/** Records of the smallest block, and of a page. */
export const FIRST_BLOCK = 8;
const PAGE_BITS = 10;
const PAGE = 1 << PAGE_BITS;

/** Records of segments, each an element of all three. */
export interface SegmentPage {
  /** The lower half of the sequence number where it ends. */
  readonly ends: Int32Array;
  /** And the round trip in which it was sent. */
  readonly marks: Uint16Array;
  readonly times: Float64Array;
}

/**
 * Where the connections of a simulation note what they have in flight: 14 bytes a segment, lent in blocks of a power of two.
 * What is given back is lent to others: of many connections few have much in flight at a time.
 */
export class SegmentPool {
  private readonly pages: SegmentPage[] = [];
  /** By binary logarithm of their size: the blocks that nobody has. */
  private readonly free: number[][] = [];

  /** The number of a block for at least `size` segments, a power of two; it lies in `pageOf` it, at `offsetOf` it. */
  take(size: number): number {
    const free = (this.free[Math.clz32(size)] ??= []);
    if (free.length === 0) this.make(size, free);
    return free.pop()!;
  }

  give(block: number, size: number): void {
    this.free[Math.clz32(size)]!.push(block);
  }

  pageOf(block: number): SegmentPage {
    return this.pages[block >> PAGE_BITS]!;
  }

  offsetOf(block: number): number {
    return block & (PAGE - 1);
  }

  private make(size: number, free: number[]): void {
    const records = size > PAGE ? size : PAGE;
    const number = this.pages.length << PAGE_BITS;
    this.pages.push(newPage(records));
    for (let at = records - size; at >= 0; at -= size) free.push(number | at);
  }
}

function newPage(records: number): SegmentPage {
  return { ends: new Int32Array(records), marks: new Uint16Array(records), times: new Float64Array(records) };
}

/** The page of who has nothing in flight. */
export const NO_PAGE = newPage(0);

/** For `Simulation.single`. */
export function newSegmentPool(): SegmentPool {
  return new SegmentPool();
}
