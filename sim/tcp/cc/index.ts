import { reno } from './reno';

/** Every congestion control a scenario can name. One line each. */
export const congestionControls = {
  reno,
} as const;

export type CongestionControlName = keyof typeof congestionControls;
