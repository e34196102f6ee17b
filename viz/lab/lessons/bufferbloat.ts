import type { Lesson } from './lesson';

export const bufferbloat: Lesson = {
  id: 'bufferbloat-and-aqm',
  title: 'Bufferbloat and active queue management',
  intro: [
    'A loss-based sender fills whatever buffer there is before it slows down. Memory is cheap and buffers became large.',
    'A telephone call shares the link with a download: 50 small packets a second, each of which waits in the same queue.',
  ],
  question: 'The buffer grows from 33 to 530 packets. What happens to the download, and what to the call?',
  choices: [
    { text: 'The download gets much faster, the call stays as it was.' },
    { text: 'The download stays as it was, the delay of the call grows to hundreds of milliseconds.', right: true },
    { text: 'Both get worse.' },
  ],
  scenario: `title: A call beside a download
network:
  chain: { segments: 1, rate: 10 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 16 BDP } } }
sessions:
  - { name: call, from: first, to: last, app: rtp-audio }
  - { name: download, from: first, to: last, start: 2 s }
run: { duration: 40 s, warmup: 10 s, replications: 5 }
`,
  against: { 'network.chain.queue': 'codel' },
  watch: [
    'Run both to the end. Compare the queues, then the goodput of the download.',
    'In the table of results compare the delays of the call.',
    'Try fq-codel and pie in place of codel.',
  ],
  explanation: [
    'The download had all it could get with a buffer of 33 packets already; the rest is standing queue: 530 packets of 1500 bytes take 640 ms at 10 Mbit/s.',
    'CoDel (RFC 8289) looks at how long packets have waited. When the wait stays above 5 ms for 100 ms, it drops, and ever more often until it is short again. The link stays busy and the queue short.',
    'FQ-CoDel (RFC 8290) gives the call a queue of its own: it hardly waits at all.',
  ],
  exercises: [
    {
      task: 'Which buffer makes the worst wait of the call 100 ms, and what does the download lose?',
      answer: '83 packets: 2.5 BDP. It loses nothing: one BDP is enough for one CUBIC or Reno flow.',
    },
    {
      task: 'Use bbr1 for the download with the large drop-tail buffer. What becomes of the queue?',
      answer: 'It keeps about what the path holds in flight and a small queue: it does not wait for losses.',
    },
  ],
  checks: [
    { says: 'grows to hundreds of milliseconds', metric: 'oneWayDelayMean', flow: 'call', atLeast: 0.5, atMost: 0.66 },
    {
      says: 'all it could get with a buffer of 33 packets',
      with: { 'network.chain.queue': '{ drop-tail: { limit: 1 BDP } }' },
      metric: 'goodput',
      flow: 'download',
      atLeast: 9.5e6,
    },
    { says: 'all it could get', metric: 'goodput', flow: 'download', atLeast: 9.5e6, atMost: 9.6e6 },
    { says: 'the queue short', with: 'against', metric: 'oneWayDelayMean', flow: 'call', atLeast: 0.02, atMost: 0.026 },
    {
      says: 'it hardly waits at all',
      with: { 'network.chain.queue': 'fq-codel' },
      metric: 'oneWayDelayMean',
      flow: 'call',
      atLeast: 0.02,
      atMost: 0.0215,
    },
    {
      says: 'It loses nothing',
      with: { 'network.chain.queue': '{ drop-tail: { limit: 83 packets } }' },
      metric: 'goodput',
      flow: 'download',
      atLeast: 9.5e6,
    },
    // 100 ms of waiting and 20 of path
    {
      says: '83 packets',
      with: { 'network.chain.queue': '{ drop-tail: { limit: 83 packets } }' },
      metric: 'oneWayDelayP99',
      flow: 'call',
      atLeast: 0.105,
      atMost: 0.121,
    },
    {
      says: 'a small queue',
      with: { 'transport.tcp.congestionControl': 'bbr1' },
      metric: 'oneWayDelayMean',
      flow: 'call',
      atLeast: 0.02,
      atMost: 0.04,
    },
  ],
};
