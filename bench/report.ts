/** What a simulator says of a workload, whichever it is: the one line that each of them prints. */
export interface WorkloadReport {
  readonly sim: string;
  readonly w: string;
  readonly flows: number;
  readonly simSeconds: number;
  readonly packetHops: number;
  readonly drops: number;
  readonly goodputSumBps: number;
  readonly jain: number;
  readonly bottlenecks: readonly { readonly util: number; readonly drops: number; readonly dropRate: number }[];
  readonly perFlow: readonly { readonly kind: string; readonly bps: number }[];
  /** Hopwise only: the trajectory in 64 bits. */
  readonly fingerprint?: string;
}
