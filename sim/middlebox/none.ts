import { defineMiddlebox } from './middlebox';

/** A plain router: for sweeps over kinds of middleboxes. */
export const none = defineMiddlebox({
  summary: 'no middlebox: a plain router',
  reference: '',
  params: {},
  create: () => null,
});
