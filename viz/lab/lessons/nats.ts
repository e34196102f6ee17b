import type { Lesson } from './lesson';

export const nats: Lesson = {
  id: 'nats-and-traversal',
  title: 'NATs and traversal',
  intro: [
    'Alice and Bob are at home, each behind a translator (NAT). It gives packets that leave an address and port of its own, and lets in only answers: what comes from where something was sent to.',
    'Both ask a server in the open network which address they are seen under (STUN), tell each other, and try all pairs of addresses (ICE, RFC 8445). The same server would pass their packets on (TURN), on a way that is longer by 40 ms.',
  ],
  question:
    'Neither translator lets anybody in who was not written to first. Can Alice and Bob send to each other directly?',
  choices: [
    { text: 'No: somebody would have to be let in first. They need the relay.' },
    { text: 'Yes, if both send: what each sends opens the way for the other.', right: true },
    { text: 'Only from Alice to Bob, since Alice calls.' },
  ],
  scenario: `title: A call between two homes
network:
  graph:
    nodes: [alice, home-a, core, server, home-b, bob]
    links:
      - { between: [alice, home-a], rate: 100 Mbit/s, delay: 1 ms }
      - { between: [home-a, core], rate: 20 Mbit/s, delay: 10 ms }
      - { between: [core, home-b], rate: 20 Mbit/s, delay: 10 ms }
      - { between: [home-b, bob], rate: 100 Mbit/s, delay: 1 ms }
      - { between: [core, server], rate: 1 Gbit/s, delay: 20 ms }
middleboxes:
  home-a: port-restricted-cone
  home-b: port-restricted-cone
sessions:
  - { name: call, from: alice, to: bob, path: traversed, traversal: { server: server }, app: rtp-audio }
run: { duration: 10 s, replications: 5 }
`,
  against: { 'middleboxes.home-b': 'symmetric' },
  watch: [
    'Set the speed to 1/20 and play the first two seconds. Who talks to the server, and which packets are refused (the home turns red)?',
    'Stop at about 0.35 s, choose a packet on its way, rewind, and play again: at home-a it gets another source. Its way shows from which node it seems to come.',
    'Look at home-a and home-b: mappings, and packets that were refused.',
    'In the second variant Bob is behind a symmetric translator. Which way do the packets of the call take at the end?',
  ],
  explanation: [
    'Each check that Alice sends makes her translator expect packets from Bob, and the other way round: it punches a hole. The first may be refused, but the one in return comes through. Both ways are open 0.62 s after gathering began, and packets take 22 ms.',
    'A symmetric translator takes a new port for each destination. The port that Bob learned from the server is not the one that he has towards Alice, and her translator lets in only the port that she wrote to. No pair of addresses works but that of the relay: open after 1.82 s, since relayed pairs wait a second for better ones, and 62 ms for a packet.',
    'Hence a relay that nobody wanted for itself: the draft behind Hopwise counts translators among the reasons why intermediaries come into a session.',
  ],
  exercises: [
    {
      task: 'Which of the types at home-a lets the call be direct while home-b is symmetric? Try them, and say why.',
      answer:
        'full-cone and restricted-cone: they look at the address alone, or at nothing, so the new port of Bob does not matter. It takes 1.13 s with restricted-cone: the first check from Bob comes too early and is sent again half a second later.',
    },
    {
      task: 'Take the server away (`traversal: {}` in the text). Who can still meet?',
      answer:
        'With translators at both homes nobody: neither knows an address that the other could reach. With one of them `none` the other one calls out and is answered.',
    },
  ],
  checks: [
    { says: '0.62 s after gathering began', metric: 'setupTime', flow: 'call', atLeast: 0.61, atMost: 0.625 },
    { says: 'packets take 22 ms', metric: 'oneWayDelayMean', flow: 'call', atLeast: 0.0215, atMost: 0.0225 },
    { says: 'Yes, if both send', metric: 'reflexive', flow: 'call', atLeast: 1 },
    { says: 'open after 1.82 s', with: 'against', metric: 'setupTime', flow: 'call', atLeast: 1.815, atMost: 1.825 },
    { says: '62 ms for a packet', with: 'against', metric: 'oneWayDelayMean', flow: 'call', atLeast: 0.0615, atMost: 0.0625 }, // prettier-ignore
    { says: 'No pair of addresses works but that of the relay', with: 'against', metric: 'relayed', flow: 'call', atLeast: 1 }, // prettier-ignore
    {
      says: 'full-cone and restricted-cone',
      with: { 'middleboxes.home-b': 'symmetric', 'middleboxes.home-a': 'full-cone' },
      metric: 'relayed',
      flow: 'call',
      atMost: 0,
    },
    {
      says: '1.13 s with restricted-cone',
      with: { 'middleboxes.home-b': 'symmetric', 'middleboxes.home-a': 'restricted-cone' },
      metric: 'setupTime',
      flow: 'call',
      atLeast: 1.125,
      atMost: 1.14,
    },
    { says: 'nobody', with: { 'sessions.call.traversal': '{}' }, metric: 'connected', flow: 'call', atMost: 0 },
    {
      says: 'is answered',
      with: { 'sessions.call.traversal': '{}', 'middleboxes.home-b': 'none' },
      metric: 'connected',
      flow: 'call',
      atLeast: 1,
    },
  ],
};
