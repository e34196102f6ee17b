import { duration } from '../../core/params';
import { defineOverloadControl, FREE } from './control';

export const reject = defineOverloadControl({
  summary: 'the server refuses new requests with 503 while its queue is long; nobody else is told',
  reference: 'RFC 3261 section 21.5.4; RFC 5390 section 5',
  params: { delay: duration('wait in the queue from which on new requests are refused', '200 ms') },
  create: ({ delay }) => ({
    receiver: () => ({ admits: ({ backlog }) => backlog < delay, retryAfter: 0, feedback: null }),
    sender: () => FREE,
    offer: [],
  }),
});
