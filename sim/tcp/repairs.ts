import type { Nanos } from '../core/event-queue';
import { ZERO } from '../core/zero';
import type { ForwardRto } from './frto';
import type { ProportionalRateReduction } from './prr';
import type { Undo } from './undo';

/** What a sender keeps of losses, reordering and their repair: made by the first of them. */
export class Repairs {
  /** Recovery ends when this is acknowledged: snd.nxt when it began (RFC 6675 "RecoveryPoint", RFC 6582 "recover"). */
  recoveryPoint = 0;
  /** When the RACK reordering timer has to fire, or 0. */
  reorderingDeadline: Nanos = ZERO;
  /** ACKs that showed packets out of order. */
  reorderings = 0;
  /** Fast recoveries begun. */
  episodes = 0;
  /** Window added by duplicate ACKs during recovery without SACK (RFC 5681 section 3.2, step 4). */
  inflation = 0;
  /** Made for each episode. */
  prr: ProportionalRateReduction | null = null;
  /** Made for each timeout. */
  frto: ForwardRto | null = null;
  /** Made for the first episode. */
  undo: Undo | null = null;

  /** All is repaired. */
  end(): void {
    this.inflation = 0;
    this.undo?.cancel();
    this.frto = null;
    this.prr = null;
  }
}

/** Of a sender that has had nothing to repair. */
export const NO_REPAIRS = new Repairs();
