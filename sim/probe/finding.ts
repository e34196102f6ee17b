/** What a way of looking for intermediaries tells the end that looks. */
export interface Finding {
  /** Somebody is there. */
  readonly isExposed: boolean;
  /** Where, counted in what the way counts: hops of IP, or of the signalling; 0: not told. */
  readonly place: number;
  /** Addresses of who is there, as the end has read them, the nearest first; empty where nothing names them. */
  readonly names: readonly string[];
}

export const NOTHING: Finding = { isExposed: false, place: 0, names: [] };
