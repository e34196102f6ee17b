/** Records of the smallest block, and of a page. */
export const FIRST_BLOCK = 8;
const PAGE = 1024;

/** Records of segments, each an element of all three arrays, in blocks of one size. */
export class SegmentPage {
  /** The lower half of the sequence number where it ends. */
  readonly ends: Int32Array;
  /** And the round trip in which it was sent. */
  readonly marks: Uint16Array;
  readonly times: Float64Array;
  /** Where the blocks begin that nobody has. */
  readonly free: number[] = [];

  constructor(
    records: number,
    readonly blockSize: number,
  ) {
    this.ends = new Int32Array(records);
    this.marks = new Uint16Array(records);
    this.times = new Float64Array(records);
    for (let at = records - blockSize; at >= 0; at -= blockSize) this.free.push(at);
  }

  /** Nobody has any of its blocks. */
  get isFree(): boolean {
    return this.free.length * this.blockSize === this.ends.length;
  }
}

/** The page of who has nothing in flight. */
export const NO_PAGE = new SegmentPage(0, FIRST_BLOCK);

/**
 * Where the connections of a simulation note what they have in flight: 14 bytes a segment, lent in blocks of a power of two.
 * What is given back is lent to others: of many connections few have much in flight at a time.
 */
export class SegmentPool {
  /** By binary logarithm of the size of a block: pages that have some to lend. */
  private readonly pages: SegmentPage[][] = [];

  /** A page that has a block for `size` segments, a power of two, to lend: to be taken from at once. */
  pageFor(size: number): SegmentPage {
    const pages = (this.pages[Math.clz32(size)] ??= []);
    if (pages.length === 0) pages.push(new SegmentPage(size > PAGE ? size : PAGE, size));
    return pages[pages.length - 1]!;
  }

  /** Lends a block of what `pageFor` has returned: where it begins. */
  takeFrom(page: SegmentPage): number {
    const base = page.free.pop()!;
    if (page.free.length === 0) this.pages[Math.clz32(page.blockSize)]!.pop();
    return base;
  }

  /** Takes back the block of `page` that begins at `base`. Of the pages that nobody uses one is kept for each size. */
  give(page: SegmentPage, base: number): void {
    const pages = this.pages[Math.clz32(page.blockSize)]!;
    if (page.free.push(base) === 1) pages.push(page);
    if (page.isFree && pages.length > 1) pages.splice(pages.indexOf(page), 1);
  }
}
