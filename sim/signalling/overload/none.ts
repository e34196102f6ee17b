import { defineOverloadControl, FREE } from './control';

export const none = defineOverloadControl({
  summary: 'the server serves whatever its queue holds',
  reference: 'RFC 6357 section 3 (the problem)',
  params: {},
  create: () => ({
    receiver: () => ({ admits: () => true, retryAfter: 0, feedback: null }),
    sender: () => FREE,
    offer: [],
  }),
});
