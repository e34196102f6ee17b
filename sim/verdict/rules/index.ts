import type { Rule } from '../rule';
import { accommodation } from './accommodation';
import { authorisation } from './authorisation';
import { competingFlows } from './competing-flows';
import { confidentialityIntegrity } from './confidentiality-integrity';
import { congestionControl } from './congestion-control';
import { discovery } from './discovery';
import { explicitIdentity } from './explicit-identity';
import { fairCircuit } from './fair-circuit';
import { mutualAuthentication } from './mutual-authentication';
import { necessity } from './necessity';
import { negotiatesTransport } from './negotiates-transport';
import { noSuperfluous } from './no-superfluous';
import { notification } from './notification';
import { oneCircuit } from './one-circuit';
import { proliferation } from './proliferation';
import { singleTransport } from './single-transport';
import { transportUnchanged } from './transport-unchanged';

/** Every rule: those of section 5 in its order, then those of the text. One line each. */
export const rules: readonly Rule[] = [
  negotiatesTransport,
  congestionControl,
  explicitIdentity,
  confidentialityIntegrity,
  mutualAuthentication,
  discovery,
  singleTransport,
  accommodation,
  authorisation,
  notification,
  necessity,
  oneCircuit,
  noSuperfluous,
  fairCircuit,
  transportUnchanged,
  competingFlows,
  proliferation,
];
