/** One number about a server, or about all signalling. */
export interface Measured {
  /** Name of the node, or `network`. */
  readonly flow: string;
  readonly metric: string;
  /** 's', 'B', or '' for counts and ratios. */
  readonly unit: string;
  readonly value: number;
}
