import { aggregated } from './aggregated';
import { endToEnd } from './end-to-end';
import type { SessionPath } from './path';
import { msrpRelayed } from './msrp-relayed';
import { onion } from './onion';
import { punched } from './punched';
import { relayed } from './relayed';
import { traversed } from './traversed';
import { tunnelled } from './tunnelled';

/** Every kind of path that a session can take. One line each; what a kind can be told is a field of the session. */
export const paths = {
  'end-to-end': endToEnd,
  relayed,
  tunnelled,
  aggregated,
  traversed,
  punched,
  'msrp-relays': msrpRelayed,
  onion,
} as const satisfies Record<string, SessionPath>;

export type PathName = keyof typeof paths;
export const PATHS = Object.keys(paths) as [PathName, ...PathName[]];
