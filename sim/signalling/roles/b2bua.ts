import { BackToBack } from '../../sip/b2bua';
import { defineRole } from './role';

export const b2bua = defineRole({
  summary: 'back-to-back user agent and registrar: a dialog of its own on either side',
  reference: 'RFC 3261 section 6',
  params: {},
  create: (_, { node, hosts, config, routing }) => new BackToBack(node, hosts, config, routing),
});
