import { cubic } from './cubic';
import { reno } from './reno';

/** Every congestion control a scenario can name. One line each. */
export const congestionControls = {
  cubic,
  reno,
} as const;

export type CongestionControlName = keyof typeof congestionControls;
