import { BackToBack, HOPS } from '../../sip/b2bua';
import { choice } from '../../core/params';
import { defineRole } from './role';

/** For whatever is a back-to-back user agent. */
export const hopsParam = choice(
  'Max-Forwards of what goes out: what is left of that which came in (RFC 7332), or all hops anew, which hides it',
  HOPS,
  'copied',
);

export const b2bua = defineRole({
  summary: 'back-to-back user agent and registrar: a dialog of its own on either side',
  reference: 'RFC 3261 section 6',
  params: { hops: hopsParam },
  create: ({ hops }, { node, hosts, config, routing }) => new BackToBack(node, hosts, config, routing, hops),
});
