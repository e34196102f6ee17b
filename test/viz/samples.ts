import type { ChartName } from '../../viz/charts';

/** Parameters that give each chart something to draw. */
export const samples: Readonly<Record<ChartName, readonly Readonly<Record<string, unknown>>[]>> = {
  bars: [{ metric: 'goodput', flow: ['A', 'long'], x: 'hops', at: { cc: 'cubic' } }],
  box: [
    { metric: 'share', flow: 'long', at: { hops: 4 } },
    { column: 'srtt_s', at: { hops: 4 }, x: 'path', colour: 'cc' },
  ],
  cdf: [
    { metric: 'share', flow: 'long', at: { hops: 4 } },
    { column: 'srtt_s', at: { hops: 4, cc: 'cubic' } },
    { column: 'srtt_s', at: { hops: 4, cc: 'cubic' }, complement: true, xScale: 'log' },
  ],
  'delay-attribution': [
    { flow: 'long', at: { cc: 'cubic', path: 'relayed' } },
    { flow: 'long', at: { hops: 2 } },
  ],
  ellipse: [
    { x: 'utilisation', y: 'goodput', yFlow: 'long', at: { cc: 'cubic', hops: 4 } },
    { x: 'utilisation', y: 'goodput', yFlow: 'A', at: { cc: 'cubic' }, colour: 'path' },
    { x: 'goodput', xFlow: 'long', y: 'share', yFlow: 'A', at: { cc: 'reno', hops: 2 }, xScale: 'log' },
  ],
  'heat-map': [
    { metric: 'share', flow: 'long', x: 'hops', y: 'path' },
    { metric: 'goodput', flow: 'A', x: 'path', y: 'hops', at: { cc: 'reno' }, digits: 1 },
  ],
  'phase-plot': [
    { column: 'cwnd_bytes', x: 'A', y: 'long', at: { hops: 4, cc: 'cubic' }, facet: 'path', capacity: '200 kB' },
    { column: 'srtt_s', x: 'A', y: 'long', at: { hops: 4, cc: 'cubic', path: 'relayed' }, from: '10 s', to: '20 s' },
  ],
  'lines-with-intervals': [
    { metric: 'share', flow: 'long', x: 'hops', colour: 'path', reference: [{ label: 'fair share', value: 0.5 }] },
    { metric: 'jain', x: 'hops', scale: 'log' },
    {
      metric: 'share',
      flow: 'long',
      x: 'hops',
      at: { cc: 'cubic' },
      reference: [{ label: 'law', law: 'proportional' }],
    },
    { metric: 'utilisation', flow: 'network', x: 'path', at: { hops: 2 } },
  ],
  'nat-matrix': [{ kinds: ['goodput'], value: 'goodput', flow: 'long', x: 'hops', y: 'path', at: { cc: 'cubic' } }],
  'time-series': [
    { show: ['cwnd_bytes', 'queue_packets'], at: { hops: 4, cc: 'cubic' }, facet: 'path' },
    { show: ['srtt_s'], at: { hops: 4, cc: 'cubic', path: 'relayed' }, only: ['long'], from: '10 s', to: '20 s' },
  ],
  topology: [{ at: { hops: 4, cc: 'cubic', path: 'relayed' } }, { at: { hops: 4, cc: 'cubic' }, facet: 'path' }],
  violin: [
    { metric: 'share', flow: 'long', at: { hops: 4 } },
    { column: 'srtt_s', at: { hops: 4 }, x: 'path', colour: 'cc' },
  ],
  'warm-up': [
    { show: 'cwnd_bytes', at: { hops: 4, cc: 'cubic', path: 'relayed' }, warmup: '10 s' },
    { show: 'queue_packets', at: { hops: 1, cc: 'reno', path: 'end-to-end' } },
  ],
};
