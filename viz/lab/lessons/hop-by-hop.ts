import type { Lesson } from './lesson';

export const hopByHop: Lesson = {
  id: 'end-to-end-and-hop-by-hop',
  title: 'End to end and hop by hop',
  intro: [
    'A relay that ends a TCP connection and opens the next turns one long control loop into short ones. The draft behind Hopwise warns that those inhibit flows which still cross the whole path.',
    'Session A and the flow `long` cross the same four links. A is relayed on every node between, or not at all.',
  ],
  question: 'A is relayed at every node. What share of the capacity is left for `long`?',
  choices: [
    { text: 'A half: both cross the same links.' },
    { text: 'About an eighth.', right: true },
    { text: 'More than a half: A is slowed down by its relays.' },
  ],
  scenario: `title: A relayed session beside a long flow
network:
  chain: { segments: 4, rate: 10 Mbit/s, rtt: 80 ms, queue: { drop-tail: { limit: 67 packets } } }
sessions:
  - { name: A, from: first, to: last, path: relayed, start: { uniform: [0 s, 2 s] } }
  - { name: long, from: first, to: last, start: { uniform: [0 s, 2 s] } }
run: { duration: 60 s, warmup: 10 s, replications: 5 }
`,
  against: { 'sessions.A.path': 'end-to-end' },
  watch: [
    'The left variant relays A, the right one does not; the random numbers are the same.',
    'Where are the queues? End to end there is one bottleneck; relayed, every link has a standing queue.',
    'Count the losses that `long` meets on its way: each link drops by itself.',
    'Change the number of segments.',
  ],
  explanation: [
    'Each leg of A has a quarter of the round trip: it grows four times as fast and fills the queue of its own link. `long` has the whole round trip plus four queues, and its losses add up over four links.',
    'The share of the long flow falls from a half to about an eighth with three relays, and is no larger with seven. Nobody broke a rule: every connection has congestion control.',
    'That is why short loops on a shared path are a question of fairness to others, not only of speed for the one who is relayed.',
  ],
  exercises: [
    {
      task: 'Use fq-codel on every link. Does `long` get its half back?',
      answer:
        'Nearly, 4.4 of 9.6 Mbit/s: each link now gives both the same share; the rest is the slower reaction of `long`.',
    },
    {
      task: 'Put loss 0.02 on the last link. Who suffers from it, and how much?',
      answer:
        '`long` gets about 0.7 Mbit/s, A five times as much or more: only the last, short leg of A sees the loss, and it recovers four times as fast.',
    },
  ],
  checks: [
    { says: 'About an eighth', metric: 'goodput', flow: 'long', atLeast: 0.8e6, atMost: 1.5e6 },
    { says: 'falls from a half', with: 'against', metric: 'goodput', flow: 'long', atLeast: 4.2e6, atMost: 5.5e6 },
    {
      says: 'is no larger with seven',
      with: { 'network.chain.segments': '8' },
      metric: 'goodput',
      flow: 'long',
      atLeast: 0.8e6,
      atMost: 1.6e6,
    },
    {
      says: '4.4 of 9.6 Mbit/s',
      with: { 'network.chain.queue': 'fq-codel' },
      metric: 'goodput',
      flow: 'long',
      atLeast: 4.35e6,
      atMost: 4.5e6,
    },
    {
      says: 'about 0.7 Mbit/s',
      with: { 'network.chain.lastLoss': '0.02' },
      metric: 'goodput',
      flow: 'long',
      atLeast: 0.6e6,
      atMost: 0.8e6,
    },
    {
      says: 'A five times as much or more',
      with: { 'network.chain.lastLoss': '0.02' },
      metric: 'goodput',
      flow: 'A',
      atLeast: 3.7e6,
      atMost: 5e6,
    },
  ],
};
