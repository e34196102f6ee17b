import { defineMiddlebox } from './middlebox';
import { Nat } from './nat';
import { type Behaviour, translationParams } from './params';

/** One of the four types of RFC 3489: a translator whose mapping and filtering are given. */
function preset(summary: string, mapping: Behaviour, filtering: Behaviour) {
  return defineMiddlebox({
    summary,
    reference: 'RFC 3489 section 5',
    params: translationParams,
    create: (params, host) => new Nat(host, { ...params, mapping, filtering }),
  });
}

export const fullCone = preset(
  'translator with one public end for an inside end, to which anybody may send',
  'endpoint-independent',
  'endpoint-independent',
);

export const restrictedCone = preset(
  'as full-cone, but only addresses that the inside end has sent to may send',
  'endpoint-independent',
  'address-dependent',
);

export const portRestrictedCone = preset(
  'as full-cone, but only addresses and ports that the inside end has sent to may send',
  'endpoint-independent',
  'address-and-port-dependent',
);

export const symmetric = preset(
  'translator with a public end for each destination, which alone may send to it',
  'address-and-port-dependent',
  'address-and-port-dependent',
);
