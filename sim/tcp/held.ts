/** What keeps a sender from sending more: the congestion window, pacing, the lack of data or window, or silly window avoidance. */
export enum Held {
  cwnd,
  pace,
  lack,
  silly,
}
