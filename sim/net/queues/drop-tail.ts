import { limit } from '../../core/params';
import { bufferOf } from './buffer';
import { defineDiscipline } from './define';

export const dropTail = defineDiscipline({
  summary: 'first in, first out; what does not fit is refused',
  reference: 'RFC 2309 section 2, RFC 7567 section 3',
  params: {
    limit: limit(
      'packets, bytes, time at link rate, or BDP that may wait, the packet in service not counted',
      '100 packets',
    ),
  },
  create: (params, host) => ({ kind: 'drop-tail', ...bufferOf(params.limit, host) }),
});
