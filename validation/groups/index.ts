import type { Group } from '../check';
import { bbrSharing } from './bbr-sharing';
import { disciplines } from './disciplines';
import { fallFloyd } from './fall-floyd';
import { floydFall } from './floyd-fall';
import { heatMap, heatMapOfRepository } from './heat-map';
import { intervals } from './intervals';
import { linuxE1 } from './linux-e1';
import { linuxE2 } from './linux-e2';
import { linuxE4 } from './linux-e4';
import { linuxE5 } from './linux-e5';
import { linuxE6, linuxE6L } from './linux-e6';
import { linuxE7 } from './linux-e7';
import { natPopulation } from './nat-population';
import { ns3Validation } from './ns3-validation';
import { redQueue } from './red-queue';
import { sharing } from './sharing';
import { cubicResponse, mathisLaw, padhyeLaw } from './steady-state';

/** What `make validate` checks, in order. One line each. */
export const groups: Readonly<Record<string, Group>> = {
  'fall-floyd': fallFloyd,
  mathis: mathisLaw,
  padhye: padhyeLaw,
  'cubic-response': cubicResponse,
  'linux-e1': linuxE1,
  'linux-e2': linuxE2,
  'linux-e4': linuxE4,
  'linux-e5': linuxE5,
  'linux-e7': linuxE7,
  'heat-map': heatMap,
  'heat-map-repository': heatMapOfRepository,
  'ns3-validation': ns3Validation,
  'bbr-sharing': bbrSharing,
  intervals,
  disciplines,
  'floyd-fall': floydFall,
  'red-queue': redQueue,
  sharing,
  'nat-population': natPopulation,
};

/** What `make compare` prints: all that was measured on Linux. */
export const linuxGroups: Readonly<Record<string, Group>> = {
  'linux-e1': linuxE1,
  'linux-e2': linuxE2,
  'linux-e4': linuxE4,
  'linux-e5': linuxE5,
  'linux-e6': linuxE6,
  'linux-e6l': linuxE6L,
  'linux-e7': linuxE7,
};

export const allGroups: Readonly<Record<string, Group>> = { ...linuxGroups, ...groups };
