/** What the peer allows to be sent, as its segments tell (RFC 9293 section 3.10.7.4, fifth step): the part of its state that a sending half has from the start. */
export class SendWindow {
  /** snd.wnd, bytes; and the segment that last updated it (snd.wl1, snd.wl2). */
  wnd = 0;
  maxWnd = 0;
  private wl1 = 0;
  private wl2 = 0;
  /** Negotiated: the shift of the peer's window field. */
  windowShift = 0;

  /** The peer's window when the connection is established. */
  setInitialWindow(window: number, seq: number, ack: number): void {
    this.wnd = this.maxWnd = window;
    this.wl1 = seq;
    this.wl2 = ack;
  }

  /** The peer's window field in bytes (RFC 7323 section 2.3). */
  scaled(window: number): number {
    return window << this.windowShift;
  }

  /** An acceptable ACK with `window` bytes. Returns whether the window changed. */
  updateWindow(seq: number, ack: number, window: number): boolean {
    if (!(this.wl1 < seq || (this.wl1 === seq && this.wl2 <= ack))) return false;
    const changed = window !== this.wnd;
    this.wnd = window;
    if (window > this.maxWnd) this.maxWnd = window;
    this.wl1 = seq;
    this.wl2 = ack;
    return changed;
  }

  /** Goes on from where `other` is. */
  protected continueFrom(other: SendWindow): void {
    this.wnd = other.wnd;
    this.maxWnd = other.maxWnd;
    this.wl1 = other.wl1;
    this.wl2 = other.wl2;
    this.windowShift = other.windowShift;
  }
}
