import type { SipResponse } from '../sip/message';
import { warnAgentOf } from '../sip/warning';
import { type Finding, NOTHING } from './finding';

/** Sends an OPTIONS to the other end that so many elements may pass on; null: nobody has answered. */
export type Ask = (maxForwards: number, done: (response: SipResponse | null) => void) => void;

/** Elements of the signalling beyond which nobody is looked for. */
const MOST = 70;

/**
 * OPTIONS with Max-Forwards 0, 1, ... (RFC 3261 sections 11.1 and 16.3): each element that passes requests on refuses the one
 * that it gets with none left (483). The first one is the place.
 */
export function countElements(ask: Ask, done: (finding: Finding, elements: number) => void): void {
  let elements = 0;
  const names: string[] = [];
  const next = (): void =>
    ask(elements, (response) => {
      if (response?.status === 483 && elements < MOST) {
        elements++;
        const name = warnAgentOf(response);
        if (name !== '') names.push(name);
        next();
      } else done(elements === 0 ? NOTHING : { isExposed: true, place: 1, names }, elements);
    });
  next();
}
