/** Where the sender stands with regard to congestion, as ACKs tell it; lost segments are being repaired in the last two. */
export enum RecoveryState {
  open,
  cwr,
  recovery,
  loss,
}
