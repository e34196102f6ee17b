import type { Lesson } from './lesson';

export const paging: Lesson = {
  id: 'paging-sessions-and-overload',
  title: 'Paging, sessions and signalling overload',
  intro: [
    'A page is a message that goes through the signalling servers by itself, as a SIP MESSAGE request (RFC 3428). A session is set up once through them; its messages go beside them (MSRP, RFC 4975).',
    'One server handles 500 SIP messages a second. 240 users who page once a second give it 480: a request and its answer each. All is well then: a page takes 29 ms.',
  ],
  question: '300 users page once a second: 600 for a server of 500. How long does a page take, in the mean?',
  choices: [
    { text: 'About 35 ms: a fifth more users, a fifth more time.' },
    { text: 'As before, but one page in six is lost.' },
    { text: 'More than 10 s.', right: true },
  ],
  scenario: `title: Messages through a server, or beside it
network:
  graph:
    nodes: [alices, server, bobs]
    links:
      - { between: [alices, server], rate: 100 Mbit/s, delay: 5 ms }
      - { between: [server, bobs], rate: 100 Mbit/s, delay: 5 ms }
signalling:
  servers:
    - { on: server, role: proxy, capacity: { service: 2 ms, reject: 1 ms }, control: none }
sessions:
  - name: talk
    from: alices
    to: bobs
    app: { paging: { users: 300, spread: 5 s, messages: 30, size: 100 B, gap: 1 s } }
run: { duration: 60 s, warmup: 10 s, replications: 5 }
`,
  against: {
    'sessions.talk.app': '{ im-session: { users: 300, spread: 5 s, messages: 30, size: 100 B, gap: 1 s } }',
  },
  watch: [
    'Look at the node `server` in both variants and play, at speed 1: how many messages wait?',
    'When do messages that were sent before come again? A client that hears nothing repeats its request after half a second, then after one more, then two (RFC 3261 section 17.1.2).',
    'Run both to the end. Compare delays, and what the server has served: for pages, and for the second variant, where the same messages go in sessions.',
    'Turn the overload control of the server to window.',
  ],
  explanation: [
    'The queue grows by 100 messages a second. After half a second of waiting clients repeat their requests, and every repetition costs the server as much as a first one. What it serves now is mostly old: in a minute 10,670 of what it sent were repetitions. In the mean a page takes 21.5 s. The load that remains is made by the overload itself, so it does not go away: congestion collapse, in signalling.',
    'In sessions the server sees INVITE, its answer, and what else sets a session up: 600 messages in 50 s instead of 25,000. The 9,000 messages go past it and take 10 ms. That is the argument of the draft for sessions: not that a page is bad, but that its path is not built for a conversation.',
    'A control holds calls back where they come from, or refuses cheaply. With window (RFC 6357) what goes through takes 72 ms, and about a fifth of the pages are refused at once: 7,210 of 9,000 arrive.',
  ],
  exercises: [
    {
      task: 'In the text, set users to 240, then to 260. Where does it break, and why so suddenly?',
      answer:
        'At 250: there the server is full. Below, the queue empties now and then (29 ms at 240); above, it grows until clients repeat, which adds load, which makes more of them repeat.',
    },
    {
      task: 'How many messages must a conversation have for a session to cost the server less than paging?',
      answer:
        'A page is two messages at the server, so 30 pages are 60. A session is set up with six or fewer, however many messages follow: from the fourth message on it is cheaper.',
    },
  ],
  checks: [
    { says: 'More than 10 s', metric: 'messageDelayMean', flow: 'talk', atLeast: 10 },
    { says: 'a page takes 21.5 s', metric: 'messageDelayMean', flow: 'talk', atLeast: 21.3, atMost: 21.7 },
    { says: '10,670 of what it sent', metric: 'sipRetransmissions', flow: 'server', atLeast: 10_665, atMost: 10_675 },
    { says: 'instead of 25,000', metric: 'sipServed', flow: 'server', atLeast: 24_990, atMost: 25_010 },
    { says: '600 messages in 50 s', with: 'against', metric: 'sipServed', flow: 'server', atLeast: 590, atMost: 610 },
    { says: 'take 10 ms', with: 'against', metric: 'messageDelayMean', flow: 'talk', atLeast: 0.01, atMost: 0.0105 },
    { says: '9,000 messages', with: 'against', metric: 'messagesDelivered', flow: 'talk', atLeast: 9000, atMost: 9000 },
    { says: '72 ms', with: { 'signalling.servers.0.control': 'window' }, metric: 'messageDelayMean', flow: 'talk', atLeast: 0.0715, atMost: 0.0725 }, // prettier-ignore
    { says: '7,210 of 9,000', with: { 'signalling.servers.0.control': 'window' }, metric: 'messagesDelivered', flow: 'talk', atLeast: 7205, atMost: 7215 }, // prettier-ignore
    { says: '29 ms', with: { 'sessions.talk.app.paging.users': '240' }, metric: 'messageDelayMean', flow: 'talk', atLeast: 0.0285, atMost: 0.0295 }, // prettier-ignore
    { says: 'until clients repeat', with: { 'sessions.talk.app.paging.users': '260' }, metric: 'messageDelayMean', flow: 'talk', atLeast: 1 }, // prettier-ignore
  ],
};
