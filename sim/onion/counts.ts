import type { Nanos } from '../core/event-queue';

/** What the circuits of a session cost and find: docs/models/onion.md. */
export class OnionCounts {
  circuits = 0;
  /** From the beginning of a circuit to each of its hops, added over circuits. */
  readonly hopTime: Nanos[] = [];
  /** Cells that no hop recognised; circuits that were lost; what hostile relays did. */
  unrecognised = 0;
  lost = 0;
  attacks = 0;
  cells = 0;

  metrics(): { readonly metric: string; readonly unit: string; readonly value: number }[] {
    const { circuits, hopTime } = this;
    const count = (metric: string, value: number) => ({ metric, unit: '', value });
    const times = circuits === 0 ? [] : hopTime.map((time, i) => ({ metric: `onionHopTime.${i + 1}`, unit: 's', value: time / circuits / 1e9 })); // prettier-ignore
    return [
      count('onionCircuits', circuits),
      count('onionLost', this.lost),
      count('onionUnrecognised', this.unrecognised),
      count('onionCells', this.cells),
      count('attacks', this.attacks),
      ...times,
    ];
  }
}
