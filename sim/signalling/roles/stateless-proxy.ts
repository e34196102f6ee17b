import { flag } from '../../core/params';
import { StatelessProxy } from '../../sip/stateless-proxy';
import { defineRole } from './role';

export const statelessProxy = defineRole({
  summary: 'proxy without transactions, and registrar; retransmissions pass through it',
  reference: 'RFC 3261 sections 16.11 and 10',
  params: { recordRoute: flag('stays in the path of a dialog: ACK, BYE and what is sent within it', true) },
  create: ({ recordRoute }, { node, hosts, config, routing }) =>
    new StatelessProxy(node, hosts, config, routing, recordRoute),
});
