import { number, rate } from '../core/params';
import { definer } from '../core/plugin';

/*
 * Closed forms that studies are held against: charts draw them, expectations compare with them. Each is a function of one
 * swept quantity x in base units, and says what x is.
 */

export type Law = (x: number) => number;

const defineLaw = definer<void, Law>();

const scale = number('what the result is multiplied by: 1 for a share, the capacity in bit/s for a rate', 1, 0);
const capacity = rate('of the congested link', '10 Mbit/s');

const maxMin = defineLaw({
  summary: 'share of a long flow over x links with a crossing flow on each: max-min fairness, 1/2',
  reference: 'Bertsekas and Gallager, Data Networks (1992), section 6.5.2',
  params: { scale },
  create: (p) => () => p.scale / 2,
});

const proportional = defineLaw({
  summary: 'share of a long flow over x links with a crossing flow on each: proportional fairness, 1/(1 + x)',
  reference: 'Kelly, Maulloo and Tan 1998',
  params: { scale },
  create: (p) => (x) => p.scale / (1 + x),
});

const minimumPotentialDelay = defineLaw({
  summary:
    'share of a long flow over x links with a crossing flow on each: minimum potential delay, 1/(1 + sqrt x); what TCP with equal round-trip times gives',
  reference: 'Massoulie and Roberts, INFOCOM 1999',
  params: { scale },
  create: (p) => (x) => p.scale / (1 + Math.sqrt(x)),
});

const aimd = defineLaw({
  summary:
    'share of a long flow over x links with a crossing flow on each, when rates go as 1/(RTT sqrt p) and the long round trip is x times the short: 1/(1 + x^1.5)',
  reference: 'Mathis, Semke, Mahdavi and Ott 1997, on each path',
  params: { scale },
  create: (p) => (x) => p.scale / (1 + x * Math.sqrt(x)),
});

const parallel = defineLaw({
  summary: 'share of x connections beside one: x/(x + 1)',
  reference: 'RFC 3124 section 1, RFC 2140',
  params: { scale },
  create: (p) => (x) => (p.scale * x) / (x + 1),
});

const leftOver = defineLaw({
  summary:
    'what responsive flows have beside an unresponsive one that sends x bit/s, first in, first out: max(0, C - x)',
  reference: 'Floyd and Fall, IEEE/ACM ToN 1999, figure 2',
  params: { capacity },
  create: (p) => (x) => Math.max(0, p.capacity - x),
});

const undelivered = defineLaw({
  summary:
    'all that arrives when an unresponsive flow sends x bit/s over a congested link and then over a slower one: max(0, C - x) + min(x, last)',
  reference: 'Floyd and Fall, IEEE/ACM ToN 1999, figure 5',
  params: { capacity, last: rate('of the link after the congested one', '128 kbit/s') },
  create: (p) => (x) => Math.max(0, p.capacity - x) + Math.min(x, p.last),
});

/** Every law a chart or an expectation can name. One line each. */
export const laws = {
  'max-min': maxMin,
  proportional,
  'minimum-potential-delay': minimumPotentialDelay,
  aimd,
  parallel,
  'left-over': leftOver,
  undelivered,
} as const;
