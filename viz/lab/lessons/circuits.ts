import type { Lesson } from './lesson';

/** The second exercise; sessions share a circuit that they describe alike. */
const withFile = (scheduler: string) => ({
  'sessions.chat.circuit.scheduler': scheduler,
  'sessions.+': `{ name: file, from: users, to: friends, path: aggregated, via: [west, east], circuit: { protocol: tcp, scheduler: ${scheduler} } }`,
});

export const circuits: Lesson = {
  id: 'circuits-and-head-of-line-blocking',
  title: 'Circuits and head-of-line blocking',
  intro: [
    'Two aggregators carry the messages of many users in one connection between them: a circuit. That saves a set-up for each user and is one flow to others, as the draft behind Hopwise advises.',
    'Fifty users write 100 messages a second, each in a packet of its own. The link between the aggregators loses one packet in a hundred, and a repair takes about 125 ms: a round trip and a quarter.',
  ],
  question: 'The circuit is one TCP connection. How many of the messages come late?',
  choices: [
    { text: 'One in a hundred: those that were lost.' },
    { text: 'About one in eight.', right: true },
    { text: 'All: losses slow the whole circuit down.' },
  ],
  scenario: `title: Fifty users in one circuit
network:
  graph:
    nodes: [users, west, east, friends]
    links:
      - { between: [users, west], rate: 100 Mbit/s, delay: 1 ms }
      - { between: [west, east], rate: 10 Mbit/s, delay: 48 ms, loss: 0.01 }
      - { between: [east, friends], rate: 100 Mbit/s, delay: 1 ms }
transport:
  tcp: { nagle: false }
sessions:
  - name: chat
    from: users
    to: friends
    path: aggregated
    via: [west, east]
    circuit: { protocol: tcp, scheduler: fifo }
    app: { idle-users: { users: 50, gap: 500 ms, size: 100 B } }
run: { duration: 60 s, warmup: 5 s, replications: 5 }
`,
  against: { 'sessions.chat.circuit.protocol': 'quic', 'sessions.chat.circuit.streams': '50' },
  watch: [
    'Play slowly. When a packet between west and east is lost the link turns red. What comes out of east until it is repaired?',
    'Look at the session: in the circuit from west, `recovery` tells when a segment is sent again.',
    'Run both variants to the end and compare the mean delay of a message, and that which 95 in 100 stay below.',
    'In the second variant turn the streams to 5, then to 1.',
  ],
  explanation: [
    'TCP gives bytes in order. While one segment is missing, all that came after it waits at east, whoever wrote it: 100 messages a second for 125 ms are twelve. One loss in a hundred makes twelve or so messages late, one in eight. 95 of 100 stay below 50 ms only without loss; here it is 131 ms.',
    'QUIC with 50 streams repairs as slowly, but only the stream with the loss waits: 95 of 100 messages take 50 ms. The law is p (D + λ D² / 2k), with p the loss, D the time of a repair, λ the messages a second and k the streams: 9.1 ms more in the mean for TCP, 1.3 ms for QUIC.',
    'Head-of-line blocking is the price of sharing an order that nobody needs. Sharing the congestion control, which is what is fair to others, does not need one order.',
  ],
  exercises: [
    {
      task: 'Turn the loss to 0.04. What does the law say for TCP, and what is the mean delay?',
      answer:
        'p is four times as large: 36 ms more by the law. It is a little less, 84 ms in all: messages that wait for one repair cannot wait for the next as well.',
    },
    {
      task: 'A session `file` sends without end through the same circuit (add it in the text, with the same path, via and circuit). What becomes of the messages, and what does the scheduler `drr` change?',
      answer:
        'With `fifo` messages wait behind whatever the file has written before: more than a second. With `drr` each session has its turn: 0.17 s, which is the queue of the link and the repairs.',
    },
  ],
  checks: [
    { says: 'here it is 131 ms', metric: 'messageDelayP95', flow: 'chat', atLeast: 0.125, atMost: 0.135 },
    { says: '95 of 100 messages take 50 ms', with: 'against', metric: 'messageDelayP95', flow: 'chat', atLeast: 0.0495, atMost: 0.0505 }, // prettier-ignore
    { says: '9.1 ms more', metric: 'messageDelayMean', flow: 'chat', atLeast: 0.0575, atMost: 0.061 },
    { says: '1.3 ms for QUIC', with: 'against', metric: 'messageDelayMean', flow: 'chat', atLeast: 0.0511, atMost: 0.0517 }, // prettier-ignore
    {
      says: '84 ms in all',
      with: { 'network.graph.links.1.loss': '0.04' },
      metric: 'messageDelayMean',
      flow: 'chat',
      atLeast: 0.0825,
      atMost: 0.0845,
    },
    {
      says: 'more than a second',
      with: withFile('fifo'),
      metric: 'messageDelayMean',
      flow: 'chat',
      atLeast: 1,
    },
    {
      says: '0.17 s',
      with: withFile('drr'),
      metric: 'messageDelayMean',
      flow: 'chat',
      atLeast: 0.165,
      atMost: 0.175,
    },
  ],
};
