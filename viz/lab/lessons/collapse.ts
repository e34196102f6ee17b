import type { Lesson } from './lesson';

export const collapse: Lesson = {
  id: 'congestion-collapse',
  title: 'Congestion collapse',
  intro: [
    'Floyd and Fall (1999) asked what happens when traffic does not slow down. A stream of UDP crosses a link of 1.5 Mbit/s that TCP uses as well. Behind it, the UDP goes on over a link of 128 kbit/s.',
    'Whatever UDP packets get through the first link beyond 128 kbit/s are thrown away at the second.',
  ],
  question: 'The UDP source sends 1.8 Mbit/s. How much of the first link ends in something that somebody receives?',
  choices: [
    { text: 'All of it: 1.5 Mbit/s. The link is full.' },
    { text: 'About half.' },
    { text: 'Less than a tenth.', right: true },
  ],
  scenario: `title: Congestion collapse from undelivered packets
network:
  graph:
    nodes: [s1, s2, r1, r2, d1, d2]
    links:
      - { between: [s1, r1], rate: 10 Mbit/s, delay: 2 ms }
      - { between: [s2, r1], rate: 10 Mbit/s, delay: 3 ms }
      - { between: [r1, r2], rate: 1.5 Mbit/s, delay: 20 ms, queue: { drop-tail: { limit: 50 packets } } }
      - { between: [r2, d1], rate: 10 Mbit/s, delay: 4 ms }
      - { between: [r2, d2], rate: 128 kbit/s, delay: 5 ms }
sessions:
  - { name: tcp, from: s1, to: d1 }
  - { name: udp, from: s2, to: d2, app: { cbr: { rate: 1.8 Mbit/s, size: 1000 B, spacing: uniform } } }
run: { duration: 60 s, warmup: 10 s, replications: 5 }
`,
  watch: [
    'Watch where packets turn the links red: first at r1, then again at r2.',
    'Compare the goodputs of both with the 1.5 Mbit/s of the first link.',
    'In the text, change the rate of udp to 1 Mbit/s, then to 0.1.',
  ],
  explanation: [
    'TCP backs off from a link that UDP overfills: it gets nearly nothing. UDP delivers 128 kbit/s. Together that is less than a tenth of the first link: it is full, and does nothing.',
    'Neither a bigger link nor a bigger buffer helps. What helps is that the source slows down (end-to-end congestion control), or that the first link gives each flow its share only.',
    'This is the reason for the rule that messages of a session must not be sent over UDP.',
  ],
  exercises: [
    {
      task: 'Use fq-codel at r1. What does the first link deliver now?',
      answer: "TCP gets its half, about 0.73 Mbit/s; UDP's half still ends at r2, all but 128 kbit/s.",
    },
    {
      task: 'Replace the application of udp by tfrc. Why is the collapse gone?',
      answer: 'TFRC sends what TCP would send over the path with this loss: it settles at 128 kbit/s.',
    },
  ],
  checks: [
    { says: 'it gets nearly nothing', metric: 'goodput', flow: 'tcp', atMost: 30_000 },
    { says: 'UDP delivers 128 kbit/s', metric: 'goodput', flow: 'udp', atLeast: 120_000, atMost: 128_000 },
    {
      says: 'about 0.73 Mbit/s',
      with: { 'network.graph.links.2.queue': 'fq-codel' },
      metric: 'goodput',
      flow: 'tcp',
      atLeast: 0.72e6,
      atMost: 0.74e6,
    },
    {
      says: 'it settles at 128 kbit/s',
      with: { 'sessions.udp.app': 'tfrc' },
      metric: 'goodput',
      flow: 'udp',
      atLeast: 115_000,
      atMost: 128_000,
    },
    {
      says: 'it settles at 128 kbit/s',
      with: { 'sessions.udp.app': 'tfrc' },
      metric: 'goodput',
      flow: 'tcp',
      atLeast: 1.2e6,
    },
  ],
};
