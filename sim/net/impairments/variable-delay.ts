import type { Nanos } from '../../core/event-queue';
import type { Packet } from '../../core/packet';
import { DelayLine } from '../delay-line';
import type { ImpairmentHost, WireStage } from '../impairment';

/** A stage that delays each packet by a time of its own. */
export abstract class VariableDelay implements WireStage {
  private readonly line: DelayLine;
  /** When the last packet is, or was, handed on. */
  private last: Nanos = 0;

  constructor(
    private readonly keepOrder: boolean,
    protected readonly host: ImpairmentHost,
  ) {
    this.line = new DelayLine(host.events, host);
  }

  abstract take(p: Packet): void;

  protected delay(p: Packet, by: Nanos): void {
    const { host } = this;
    let until = host.now + by;
    if (this.keepOrder) {
      if (until < this.last) until = this.last;
      this.last = until;
    }
    // Packets of this very moment may still be in the line, before this one.
    if (until <= host.now && this.line.isEmpty) host.pass(p);
    else this.line.hold(p, until);
  }
}
