import { defineOverloadControl, FREE, type ReceiverControl } from './control';
import type { Load } from '../load';
import { OccupancyLaw, occupancyParams } from './occupancy-law';

/** Refuses a share of the new requests, spread evenly: a credit of `share` for each. */
class Local implements ReceiverControl {
  readonly retryAfter = 0;
  readonly feedback = null;
  private credit = 1;

  constructor(private readonly law: OccupancyLaw) {}

  look(load: Load): void {
    this.law.update(load);
  }

  admits(): boolean {
    this.credit += this.law.share;
    if (this.credit < 1) return false;
    this.credit -= 1;
    return true;
  }
}

export const occupancy = defineOverloadControl({
  summary: 'the server refuses by itself what would keep it busier than it wants',
  reference: 'Hilt and Widjaja 2008; RFC 6357 section 5.2 (local control)',
  params: occupancyParams,
  create: (params) => ({
    receiver: () => new Local(new OccupancyLaw(params)),
    sender: () => FREE,
    offer: [],
  }),
});
