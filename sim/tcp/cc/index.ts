import { bbr1 } from './bbr1';
import { bbr3 } from './bbr3';
import { cubic } from './cubic';
import { dctcp } from './dctcp';
import { ledbat } from './ledbat';
import { newreno } from './newreno';
import { reno } from './reno';
import { tahoe } from './tahoe';
import { vegas } from './vegas';
import { westwood } from './westwood';

/** Every congestion control a scenario can name. One line each. */
export const congestionControls = {
  bbr1,
  bbr3,
  cubic,
  dctcp,
  ledbat,
  newreno,
  reno,
  tahoe,
  vegas,
  westwood,
} as const;

export type CongestionControlName = keyof typeof congestionControls;
