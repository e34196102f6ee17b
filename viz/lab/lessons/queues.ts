import type { Lesson } from './lesson';

export const queues: Lesson = {
  id: 'packets-and-queues',
  title: 'Packets and queues',
  intro: [
    'A link sends one packet after the other. A packet that finds the transmitter busy waits in a queue, and one that finds the queue full is dropped.',
    'Here a source sends 1000-byte packets at random times over a link of 1 Mbit/s with room for 20 packets. On average it offers 0.9 Mbit/s: less than the link can carry.',
  ],
  question: 'The link is faster than the source. What will the queue look like?',
  choices: [
    { text: 'Always empty: the link is fast enough.' },
    { text: 'It grows and shrinks all the time, and sometimes packets are dropped.', right: true },
    { text: 'It fills up and stays full.' },
  ],
  scenario: `title: A queue in front of a link
network:
  chain: { segments: 1, rate: 1 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 20 packets } } }
sessions:
  - { name: source, from: first, to: last, app: { cbr: { rate: 872 kbit/s, size: 972 B, spacing: exponential } } }
run: { duration: 60 s, warmup: 5 s, replications: 5 }
`,
  watch: [
    'Press Play and watch the orange bar in front of the link: the packets that wait.',
    'Slow down until you see single packets leave, one every 8 ms.',
    'Look at the link: utilisation stays near 0.9 although the queue is often long.',
    'Turn the rate of the link to 2 Mbit/s and look again.',
  ],
  explanation: [
    'Arrivals are random: a few that come close together must wait, and the gap that follows cannot be used in advance. At a load of 0.9 the mean wait behind a queue without limit is 4.5 packet times (M/D/1: load / 2(1 - load)).',
    'Queues come from variation, not only from overload. Every result about delay in the other lessons rests on this.',
  ],
  exercises: [
    {
      task: 'At which rate of the link is the mean wait less than one packet time? Compute it first, then try.',
      answer: 'M/D/1 waits load / 2(1 - load) packet times: less than 1 for a load below 2/3, so above 1.35 Mbit/s.',
    },
    {
      task: 'Change spacing to fixed. Why is the queue empty now?',
      answer: 'Arrivals are then evenly spaced, farther apart than a packet time: nothing ever waits.',
    },
  ],
  checks: [
    { says: 'utilisation stays near 0.9', metric: 'utilisation', flow: 'network', atLeast: 0.88, atMost: 0.92 },
    { says: 'sometimes packets are dropped', metric: 'loss', flow: 'source', atLeast: 0.0001, atMost: 0.01 },
    // 20 ms of path, 5.9 ms for the packet, and less than another 5.9 ms of waiting
    {
      says: 'above 1.35 Mbit/s',
      with: { 'network.chain.rate': '1.35 Mbit/s' },
      metric: 'oneWayDelayMean',
      flow: 'source',
      atLeast: 0.031,
      atMost: 0.0325,
    },
    // the path and 8 ms for the packet
    {
      says: 'nothing ever waits',
      with: { 'sessions.source.app.cbr.spacing': 'fixed' },
      metric: 'oneWayDelayMean',
      flow: 'source',
      atLeast: 0.028,
      atMost: 0.02801,
    },
  ],
};
