import type { Lesson } from './lesson';

export const slowStart: Lesson = {
  id: 'slow-start-and-aimd',
  title: 'Slow start and AIMD',
  intro: [
    'TCP does not know how fast the path is. It keeps a congestion window, cwnd: the bytes it may have in flight. It begins with ten segments and doubles every round-trip time (slow start) until something is lost.',
    'After that, Reno adds one segment each round trip and halves at a loss: additive increase, multiplicative decrease.',
  ],
  question:
    'The path holds 33 packets in flight, and the queue 33 more. How does the window of Reno look over a minute?',
  choices: [
    { text: 'A saw: straight up for some seconds, down to a half, again and again.', right: true },
    { text: 'A line at 33 packets, once it has been found.' },
    { text: 'A curve that approaches 66 packets and stays there.' },
  ],
  scenario: `title: One Reno flow
network:
  chain: { segments: 1, rate: 10 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 1 BDP } } }
transport:
  tcp: { congestionControl: reno }
sessions:
  - { name: flow, from: first, to: last }
run: { duration: 60 s, warmup: 10 s, replications: 5 }
`,
  against: { 'transport.tcp.congestionControl': 'cubic' },
  watch: [
    'Step by RTT from the beginning: count the packets on the wire in the first four round trips.',
    'Play. When does the link turn red, and what does cwnd do then?',
    'Compare the saw with the queue: the queue is what the window holds beyond the path.',
    'The second variant runs CUBIC with the same random numbers.',
  ],
  explanation: [
    'In slow start each ACK lets one or two new segments go, so the window doubles per round trip: 10, 20, 40. It overshoots, and dozens of packets are lost at once.',
    'Then Reno halves at each loss. With a buffer of one bandwidth-delay product half a window still fills the path: the link is busy all the time. With less, it would idle after each loss.',
    'CUBIC grows by the time since the last loss, not by the round trips: fast at first, flat around the window of the last loss, then fast again.',
  ],
  exercises: [
    {
      task: 'Set the buffer to 0.25 BDP. What does goodput become, and why?',
      answer:
        'About 8.4 Mbit/s with Reno: half the window (0.6 BDP) does not fill the path, and it takes many round trips to grow back.',
    },
    {
      task: 'Set loss on the last link to 0.01. Compare goodput with 1.22 segments / (RTT sqrt(p)).',
      answer: 'The law of Mathis et al. gives about 12 segments per 40 ms, 3.5 Mbit/s with an ACK for every segment.',
    },
  ],
  checks: [
    { says: 'the link is busy all the time', metric: 'utilisation', flow: 'network', atLeast: 0.99 },
    {
      says: 'About 8.4 Mbit/s',
      with: { 'network.chain.queue.drop-tail.limit': '0.25 BDP' },
      metric: 'goodput',
      flow: 'flow',
      atLeast: 8.3e6,
      atMost: 8.5e6,
    },
    {
      says: '3.5 Mbit/s',
      with: { 'network.chain.lastLoss': '0.01' },
      metric: 'goodput',
      flow: 'flow',
      atLeast: 3.1e6,
      atMost: 3.9e6,
    },
  ],
};
