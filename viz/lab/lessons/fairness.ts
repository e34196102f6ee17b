import type { Lesson } from './lesson';

export const fairness: Lesson = {
  id: 'fairness-and-rtt',
  title: 'Fairness, convergence and RTT',
  intro: [
    'Flows that share a link and lose packets together take steps up and down together. Chiu and Jain showed in 1989 that additive increase with multiplicative decrease brings them to equal shares.',
    'That holds for flows with equal round-trip times. Here they differ.',
  ],
  question: 'Two Reno flows share 10 Mbit/s. One has a round trip of 44 ms, the other of 204 ms. Who gets how much?',
  choices: [
    { text: 'Half each: the same rules give the same shares.' },
    { text: 'The shorter one gets about twice as much.', right: true },
    { text: 'The longer one gets more: it has more in flight.' },
  ],
  scenario: `title: Two flows with different round-trip times
network:
  dumbbell:
    pairs: 2
    rate: 10 Mbit/s
    delay: 10 ms
    accessDelay: 6 ms
    accessSpread: 80 ms
    queue: { drop-tail: { limit: 70 packets } }
transport:
  tcp: { congestionControl: reno }
sessions:
  - { name: short, from: s1, to: d1, start: { uniform: [0 s, 1 s] } }
  - { name: long, from: s2, to: d2, start: { uniform: [0 s, 1 s] } }
run: { duration: 120 s, warmup: 20 s, replications: 5 }
`,
  against: { 'network.dumbbell.accessSpread': '0 s' },
  watch: [
    'Play to the end in both variants: in the second, both have the same round trip.',
    'Compare the goodputs and the index of Jain.',
    'Look at the windows: the steps up are equally high but not equally often.',
    'Try CUBIC, and then fq-codel as the queue discipline.',
  ],
  explanation: [
    'Each adds one segment per round trip of its own: with 55 ms of queue the round trips are about 100 and 260 ms, so the short one climbs two and a half times as often. When losses hit one flow at a time, shares go as 1/RTT; when all lose together, as 1/RTT squared.',
    "Jain's index is 1 when all have the same and 1/n when one has everything. With equal round-trip times it is near 1.",
    'CUBIC climbs by the clock, not by the round trip, and shares are nearly equal. A fair queue gives each its half whatever the ends do.',
  ],
  exercises: [
    {
      task: 'Set the buffer to 200 packets. Does the ratio fall, and why?',
      answer: 'It does, to between 1.4 and 2.5: a longer queue adds the same delay to both round trips.',
    },
    {
      task: 'Use fq-codel. The shares differ although the queue is fair: where is the rest?',
      answer:
        'Nobody has it: the link is idle a tenth of the time. CoDel keeps the queue so short that the long flow, halved after a loss, cannot fill its half for many round trips.',
    },
  ],
  checks: [
    { says: 'about twice as much', metric: 'goodput', flow: 'short', atLeast: 6e6, atMost: 7e6 },
    { says: 'about twice as much', metric: 'goodput', flow: 'long', atLeast: 2.8e6, atMost: 3.5e6 },
    {
      says: 'With equal round-trip times',
      with: 'against',
      metric: 'goodput',
      flow: 'long',
      atLeast: 4.4e6,
      atMost: 5.2e6,
    },
    {
      says: 'shares are nearly equal',
      with: { 'transport.tcp.congestionControl': 'cubic' },
      metric: 'goodput',
      flow: 'long',
      atLeast: 4.2e6,
      atMost: 5.5e6,
    },
    {
      says: 'between 1.4 and 2.5',
      with: { 'network.dumbbell.queue.drop-tail.limit': '200 packets' },
      metric: 'goodput',
      flow: 'short',
      atLeast: 5.6e6,
      atMost: 6.9e6,
    },
    {
      says: 'the link is idle a tenth of the time',
      with: { 'network.dumbbell.queue': 'fq-codel' },
      metric: 'utilisation',
      flow: 'network',
      atLeast: 0.88,
      atMost: 0.93,
    },
  ],
};
