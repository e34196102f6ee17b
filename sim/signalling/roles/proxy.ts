import { flag } from '../../core/params';
import { Proxy } from '../../sip/proxy';
import { defineRole } from './role';

export const proxy = defineRole({
  summary: 'stateful proxy and registrar; forks to all contacts of a user',
  reference: 'RFC 3261 sections 16 and 10',
  params: {
    recordRoute: flag('stays in the path of a dialog: ACK, BYE and what is sent within it', true),
    presence: flag('is the presence agent of its domain: SUBSCRIBE and PUBLISH end here (RFC 3856, RFC 3903)', false),
  },
  create: ({ recordRoute, presence }, { node, hosts, config, routing }) =>
    new Proxy(node, hosts, config, routing, recordRoute, presence),
});
