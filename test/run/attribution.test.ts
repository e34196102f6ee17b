import assert from 'node:assert/strict';
import { RandomStreams } from '../../sim/core/random';
import { metricOf, runText } from '../support/scenario';

const PARTS = [
  'Setup',
  'Sending',
  'Transport',
  'Propagation',
  'Serialisation',
  'Queueing',
  'HeadOfLine',
  'RelayBuffer',
  'Processing',
  'Unread',
] as const;

/** A scenario of messages through some relays, beside others. */
function scenario(
  sessions: string,
  more: { loss?: number; rate?: string; links?: string; duration?: string } = {},
): string {
  return `
title: attribution
network:
  graph:
    nodes: [a, b, c, d]
    links:
      - { between: [a, b], rate: ${more.rate ?? '10 Mbit/s'}, delay: 5 ms, loss: ${more.loss ?? 0}${more.links ?? ''} }
      - { between: [b, c], rate: 2 Mbit/s, delay: 10 ms, loss: ${more.loss ?? 0} }
      - { between: [c, d], rate: 10 Mbit/s, delay: 1 ms }
sessions:
${sessions}
run: { duration: ${more.duration ?? '20 s'} }
measure: [delay-attribution]
`;
}

describe('delay attribution', () => {
  it('gives a lone message on an empty path its setup, propagation and serialisation, and nothing else', () => {
    const reply = runText(
      scenario(
        '  - { name: A, from: a, to: d, app: { messages: { size: 1000 B, sizes: fixed, gap: 100 ms, gaps: fixed } } }',
      ),
    );
    const part = (name: string) => metricOf(reply, 'A', `delay${name}`);
    assert.equal(part('Propagation'), 0.016);
    const bytes = 1000 + 52;
    assert.ok(Math.abs(part('Serialisation') - bytes * 8 * (1 / 10e6 + 1 / 2e6 + 1 / 10e6)) < 3e-9);
    for (const name of ['Queueing', 'HeadOfLine', 'RelayBuffer', 'Processing', 'Unread'])
      assert.ok(part(name) < 2e-9, name);
    assert.equal(part('Sending'), 0);
  });

  it('follows a message of a circuit in the frame that carries its last byte', () => {
    const circuit = (gap: string) =>
      runText(
        scenario(`  - name: A
    from: a
    to: d
    path: aggregated
    via: [b, c]
    circuit: { frame: 500 B }
    transport: { tcp: { nagle: false } }
    app: { messages: { size: 1000 B, sizes: fixed, gap: ${gap}, gaps: fixed } }`),
      );
    const idle = circuit('200 ms');
    assert.equal(metricOf(idle, 'A', 'delayPropagation'), 0.016);
    assert.equal(metricOf(idle, 'A', 'delayTransport'), 0);
    // the last frame is sent behind the two before it, 500 bytes each and their headers, at 2 Mbit/s
    const behind = metricOf(idle, 'A', 'delayQueueing.b>c');
    assert.ok(behind > 0.002 && behind < 0.0061, `${behind}`);
    assert.ok(metricOf(circuit('4.1 ms'), 'A', 'delayRelayBuffer') > 10 * metricOf(idle, 'A', 'delayRelayBuffer'));
  });

  it('shows waiting for what was lost as head-of-line wait', () => {
    const sessions = '  - { name: A, from: a, to: d, app: { messages: { size: 3 kB, gap: 30 ms } } }';
    const clean = runText(scenario(sessions));
    const lossy = runText(scenario(sessions, { loss: 0.03 }));
    assert.equal(metricOf(clean, 'A', 'delayHeadOfLine'), 0);
    assert.ok(metricOf(lossy, 'A', 'delayHeadOfLine') > 0.002);
  });

  it('shows the wait in front of a slow next leg, and the service of a relay, where they are', () => {
    const relayed = (relay: string) =>
      runText(
        scenario(
          `  - name: A
    from: a
    to: d
    path: relayed
    via: [b]
    relay: { ${relay} }
    app: { messages: { size: 2 kB, sizes: fixed, gap: 20 ms, gaps: fixed } }`,
        ),
      );
    const plain = relayed('forward: bytes');
    assert.equal(metricOf(plain, 'A', 'delayProcessing'), 0);
    const slow = relayed('forward: store-and-forward, processing: 3 ms, messageRate: 500');
    assert.ok(Math.abs(metricOf(slow, 'A', 'delayProcessing') - 0.005) < 1e-9);
    const loaded = relayed('forward: store-and-forward, messageRate: 50.1');
    assert.ok(metricOf(loaded, 'A', 'delayRelayBuffer') >= 0);
    assert.ok(metricOf(loaded, 'A', 'delayProcessing') > 0.0199);
  });

  it('adds up to the measured delay of every message, to the nanosecond, in random scenarios', () => {
    // the run itself throws when it does not: for a single message
    const random = new RandomStreams([7, 7, 7, 7]).stream('scenarios');
    const one = <T>(of: readonly T[]): T => of[random.integer(0, of.length - 1)]!;
    for (let n = 0; n < 40; n++) {
      const relay = [
        `forward: ${one(['bytes', 'cut-through', 'store-and-forward'])}`,
        `buffer: ${one(['16 kB', '64 kB', '1 MB'])}`,
        `processing: ${one(['0 s', '1 ms', '7 ms'])}`,
        `messageRate: ${one([0, 40, 300])}`,
        `serviceRate: ${one(['0 bit/s', '1 Mbit/s'])}`,
        `nextLeg: ${one(['on-demand', 'pre-established'])}`,
      ].join(', ');
      const relaying = `    path: relayed\n    via: ${one(['all', '[b]', '[c]'])}\n    relay: { ${relay} }\n`;
      const circuit = '    path: aggregated\n    via: [b, c]\n';
      const session = (name: string) => `  - name: ${name}
    from: a
    to: d
${one(['', relaying, relaying, circuit])}    transport: { protocol: ${one(['tcp', 'tcp', 'sctp', 'quic'])}, tcp: { congestionControl: ${one(['cubic', 'reno'])}, nagle: ${one(['true', 'false'])} } }
    app: { messages: { size: ${one(['200 B', '2 kB', '20 kB'])}, sizes: ${one(['fixed', 'pareto'])}, gap: ${one(['20 ms', '60 ms'])} } }`;
      const links = one([
        '',
        ', impairments: [{ jitter: {} }]',
        ', impairments: [{ duplication: {} }]',
        ', impairments: [{ reordering: {} }]',
      ]);
      const text = scenario([session('A'), session('B')].join('\n'), {
        loss: one([0, 0.01, 0.05]),
        rate: one(['1 Mbit/s', '10 Mbit/s']),
        links,
        duration: '5 s',
      });
      const reply = runText(text, n);
      for (const name of ['A', 'B']) {
        const delivered = reply.metrics.find((r) => r.flow === name && r.metric === 'messagesDelivered')!.value;
        if (delivered === 0) continue;
        const sum = PARTS.reduce((total, part) => total + metricOf(reply, name, `delay${part}`), 0);
        const mean = metricOf(reply, name, 'messageDelayMean');
        assert.ok(Math.abs(sum - mean) < 1e-9, `${name} of scenario ${n}: ${sum} of ${mean}\n${text}`);
      }
    }
  });
});
