import { firewall } from './firewall';
import { nat } from './nat';
import { none } from './none';
import { policy } from './policy';
import { fullCone, portRestrictedCone, restrictedCone, symmetric } from './presets';

/** Every middlebox a scenario can name. One line each. */
export const middleboxes = {
  none,
  nat,
  'full-cone': fullCone,
  'restricted-cone': restrictedCone,
  'port-restricted-cone': portRestrictedCone,
  symmetric,
  firewall,
  policy,
} as const;
