/** Largest value of the last `length` ticks of a clock that counts (rounds). Exact; one slot per tick. */
export class WindowedMax {
  private readonly slots: Float64Array;
  private tick = 0;
  private max = 0;

  constructor(private readonly length: number) {
    this.slots = new Float64Array(length);
  }

  get value(): number {
    return this.max;
  }

  /** Largest value of the newest `ticks` ticks. */
  recent(ticks: number): number {
    let max = 0;
    for (let i = 0; i < ticks && i < this.length; i++) {
      max = Math.max(max, this.slots[(this.tick - i + this.length * ticks) % this.length]!);
    }
    return max;
  }

  update(value: number, tick: number): void {
    if (tick > this.tick) this.advance(tick);
    const slot = tick % this.length;
    if (value > this.slots[slot]!) this.slots[slot] = value;
    if (value > this.max) this.max = value;
  }

  private advance(tick: number): void {
    for (let t = Math.max(this.tick + 1, tick - this.length + 1); t <= tick; t++) this.slots[t % this.length] = 0;
    this.tick = tick;
    this.max = this.recent(this.length);
  }
}
