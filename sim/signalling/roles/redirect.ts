import { RedirectServer } from '../../sip/redirect';
import { defineRole } from './role';

export const redirect = defineRole({
  summary: 'redirect server and registrar: tells callers where to go',
  reference: 'RFC 3261 sections 8.3 and 10',
  params: {},
  create: (_, { node, hosts, config, routing }) => new RedirectServer(node, hosts, config, routing),
});
