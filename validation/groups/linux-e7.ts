import { controlOf, linuxGroup } from '../linux';
import { type Measured, scenario } from '../scenario';

const SIZES = ['10 kB', '100 kB', '1 MB'] as const;
const name = (size: string): string => `answer-${size.replace(' ', '')}`;
const completion = (size: string) => (run: Measured) => 1e3 * run.get(name(size), 'completionTimeP50');

export const linuxE7 = linuxGroup({
  heading: 'E7',
  replications: 5,
  method:
    'The sizes are three sessions, one after another on the idle path, of 20 exchanges each; ours is the median of the 20. ' +
    'The own relay is the node in the middle.',
  scenarioOf: (label) => {
    const congestionControl = controlOf(label.split(' ')[0]!);
    const relayed = label.endsWith('1 own relay');
    const topology = {
      chain: { segments: 4, rate: '10 Mbit/s', rtt: '80 ms', queue: { 'drop-tail': { limit: '67 packets' } } },
    };
    return scenario(
      topology,
      SIZES.map((size, i) => ({
        name: name(size),
        congestionControl,
        path: relayed ? 'relayed' : 'end-to-end',
        via: relayed ? ['n2'] : 'all',
        app: { 'request-response': { request: '8 B', response: size, think: '1 s', count: 20 } },
        start: [`${100 * i} s`, `${100 * i + 1} s`],
      })),
      '300 s',
      '0 s',
    );
  },
  columns: {
    connect: (run) => 1e3 * run.get(name(SIZES[0]), 'connectTimeP50'),
    '10 kB': completion(SIZES[0]),
    '100 kB': completion(SIZES[1]),
    '1 MB': completion(SIZES[2]),
  },
});
