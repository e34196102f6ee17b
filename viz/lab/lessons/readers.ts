import type { Lesson } from './lesson';

/** The session passes a relay that tells both ends that it is there. */
const ANNOUNCED = {
  'middleboxes.gateway': 'none',
  'sessions.chat.path': 'relayed',
  'sessions.chat.via': '[relay]',
  'sessions.chat.relay.announce': 'true',
  'sessions.chat.app.im-session.consent': 'given',
};

export const readers: Lesson = {
  id: 'who-may-read-my-message',
  title: 'Who may read my message',
  intro: [
    'Alice and Bob write to each other. Signalling goes through a proxy; the messages go directly, in a TCP connection between the two, and nothing is encrypted.',
    'The gateway of Alice copies all her packets to a collector, as routers do for lawful intercept (RFC 3924). It changes nothing in what Bob gets. The draft behind Hopwise says that an intermediary must be discoverable, must tell both ends, and should not act without authorisation.',
  ],
  question:
    'Alice and Bob may compare everything: what they were sent, their addresses, the hops of their packets, the times of the handshake. Which of these finds the copy?',
  choices: [
    { text: 'The hops: the packets pass one more node.' },
    { text: 'The times: copying costs time.' },
    { text: 'None of them.', right: true },
  ],
  scenario: `title: Who may read my message
network:
  graph:
    nodes: [alice, gateway, core, bob, proxy, relay, collector]
    links:
      - { between: [alice, gateway], rate: 20 Mbit/s, delay: 2 ms }
      - { between: [gateway, core], rate: 20 Mbit/s, delay: 10 ms }
      - { between: [core, bob], rate: 20 Mbit/s, delay: 10 ms }
      - { between: [core, proxy], rate: 100 Mbit/s, delay: 1 ms }
      - { between: [core, relay], rate: 100 Mbit/s, delay: 1 ms }
      - { between: [core, collector], rate: 100 Mbit/s, delay: 1 ms }
middleboxes:
  gateway: { policy: { copyTo: collector, copyOf: alice } }
signalling:
  servers: [{ on: proxy, role: proxy, capacity: { service: 1 ms } }]
sessions:
  - name: chat
    from: alice
    to: bob
    path: end-to-end
    app: { im-session: { messages: 20, gap: 500 ms } }
run: { duration: 15 s, replications: 5 }
`,
  against: ANNOUNCED,
  watch: [
    'Play at 1/10: each packet of Alice becomes two at the core. Choose one that goes to the collector and read from whom and to whom it says it is.',
    'Open the ladder. Who sees the signalling, and is anything said about the collector?',
    'Open the verdicts of both variants: who is in the stream, who was told, who asked, which tests find it.',
    'In the second variant nobody copies, but a relay in the session tells both ends that it is there, and Alice consents. Which verdicts change, and which is left?',
  ],
  explanation: [
    'The collector can read all that Alice writes, as every router and link on the way could, and no test finds the gateway: a copy changes no address, no hop and no time. The rules of discovery, notification and authorisation are broken by it, and the ends cannot know. Only somebody at the gateway can.',
    'The relay of the second variant can read as much. But it says so in the session, Alice has asked for it, and reading what one is sent, comparing addresses, comparing the handshake and a trace by hop limits all find it. Three rules are left broken: necessity, since without the relay the session works, too, and the two that want messages protected and both ends to prove who they are.',
    'So two things keep a message between its ends: that whoever is in the stream can be seen, which is what the draft asks for, and that who cannot be seen cannot read, which is encryption from end to end. An ordinary connection gives neither.',
  ],
  exercises: [
    {
      task: 'Take `announce` and `consent` out of the second variant: a plain relay (set them to false and none in the text). Which tests still find it, and which rules does it break?',
      answer:
        'Comparing addresses, comparing the handshake and a trace by hop limits find it, since it ends the connection. It has told nobody, so notification is broken.',
    },
    {
      task: 'Make the relay transparent and put it on the gateway, which is on the way (path: relayed, via: [gateway], relay: { transparent: true }). What has become of the addresses?',
      answer:
        'They are those of the ends: the relay answers in the name of Bob. Hops, handshake and a trace by hop limits betray it: packets come from nearer than they say, and each end hears of the other before that one was asked.',
    },
  ],
  checks: [
    { says: 'None of them', readers: ['collector', 'routers and links'], node: 'gateway', foundBy: [] },
    { says: 'broken by it', rule: 'discovery', status: 'broken' },
    { says: 'broken by it', rule: 'notification', status: 'broken' },
    { says: 'broken by it', rule: 'authorisation', status: 'broken' },
    {
      says: 'comparing addresses, comparing the handshake and a trace by hop limits all find it',
      with: 'against',
      readers: ['relay', 'routers and links'],
      node: 'relay',
      foundBy: ['announcement', 'addresses', 'handshake', 'hop-limits'],
    },
    { says: 'Alice has asked for it', with: 'against', rule: 'authorisation', status: 'kept' },
    { says: 'it says so in the session', with: 'against', rule: 'notification', status: 'kept' },
    { says: 'Three rules are left broken: necessity', with: 'against', rule: 'necessity', status: 'broken' },
    { says: 'want messages protected', with: 'against', rule: 'confidentiality-integrity', status: 'broken' },
    { says: 'prove who they are', with: 'against', rule: 'mutual-authentication', status: 'broken' },
    {
      says: 'Comparing addresses, comparing the handshake and a trace by hop limits find it',
      with: { 'middleboxes.gateway': 'none', 'sessions.chat.path': 'relayed', 'sessions.chat.via': '[relay]' },
      readers: ['relay', 'routers and links'],
      node: 'relay',
      foundBy: ['addresses', 'handshake', 'hop-limits'],
    },
    {
      says: 'notification is broken',
      with: { 'middleboxes.gateway': 'none', 'sessions.chat.path': 'relayed', 'sessions.chat.via': '[relay]' },
      rule: 'notification',
      status: 'broken',
    },
    {
      says: 'Hops, handshake and a trace by hop limits betray it',
      with: {
        'middleboxes.gateway': 'none',
        'sessions.chat.path': 'relayed',
        'sessions.chat.via': '[gateway]',
        'sessions.chat.relay.transparent': 'true',
      },
      readers: ['gateway', 'routers and links'],
      node: 'gateway',
      foundBy: ['hops', 'handshake', 'hop-limits'],
    },
  ],
};
