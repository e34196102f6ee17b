/** The shifts that make an id the place of the first double and of the first integer of its record. */
export const DOUBLES = 2;
export const INTS = 3;
/** When the entry of the id comes up, and its order within that instant: the doubles of the record. */
export const TIME = 0;
export const ORDER = 1;
/** The integers after them: the next in the list of its bucket, and what the queue knows of the id. */
export const NEXT = 4;
export const SLOT = 5;
/** What stands for an id in the wheel: nothing; an entry; one that was armed for later since; one that was disarmed. */
export const IDLE = 0;
export const ARMED = 1;
export const POSTPONED = 2;
export const VOID = 3;
/** In the slot of an id, its kind stands above these bits. */
export const STATE_BITS = 3;
export const KIND_SHIFT = 2;
/** No id. */
export const NONE = -1;

const FIRST_IDS = 32;

/** A record of half a cache line for each event id, as doubles and as integers of the same memory. */
export class EventRecords {
  doubles = new Float64Array(FIRST_IDS << DOUBLES);
  ints = new Int32Array(this.doubles.buffer);

  /** Ids that there are records for. */
  get length(): number {
    return this.doubles.length >> DOUBLES;
  }

  grow(): void {
    const { doubles } = this;
    this.doubles = new Float64Array(doubles.length * 2);
    this.doubles.set(doubles);
    this.ints = new Int32Array(this.doubles.buffer);
  }
}
