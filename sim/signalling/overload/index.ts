import { loss } from './loss';
import { none } from './none';
import { occupancy } from './occupancy';
import { rate } from './rate';
import { reject } from './reject';
import { retryAfter } from './retry-after';
import { window } from './window';

/** Every overload control a server can have. One line each. */
export const overloadControls = {
  loss,
  none,
  occupancy,
  rate,
  reject,
  'retry-after': retryAfter,
  window,
} as const;
