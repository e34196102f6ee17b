import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { logConnections } from '../../sim/trace/qlog';
import { LiveRun } from '../../sim/run/live-run';
import { run } from '../../sim/run/run';
import { parseStudy } from '../../sim/scenario/parse';
import { recordingTerminal } from '../support/terminal';
import { requestOf } from '../../sim/node/study-runner';
import { eventsOf, readTrace, type Trace } from './qlog-schema';

const FEW_PACKETS = 'queue: { drop-tail: { limit: 12 packets } }';

function scenario(session: string, network = `{ segments: 2, rate: 4 Mbit/s, rtt: 40 ms, ${FEW_PACKETS} }`): string {
  return `
title: One session
network: { chain: ${network} }
sessions: [{ name: one, from: first, to: last, app: { bulk: { size: 500 kB } }, ${session} }]
run: { duration: 5 s, warmup: 0 s, replications: 1 }
`;
}

/** Traces of all connections, by name; and the run, which is the same as without them. */
function traced(text: string) {
  const study = parseStudy(text, { file: 'one.yaml', name: 'one' });
  const request = requestOf(study, { point: study.points[0]!, index: 0, replication: 1 });
  const live = new LiveRun(request);
  const files = new Map<string, string[]>();
  const open = (name: string) => {
    const parts: string[] = [];
    files.set(name, parts);
    return { write: (part: string) => parts.push(part), close: () => undefined };
  };
  logConnections(live.simulation, open, () => 'one');
  live.advance(live.end);
  assert.equal(live.reply().fingerprint, run(request).fingerprint);
  const traces = new Map([...files].map(([name, parts]) => [name, readTrace(parts.join(''))]));
  return { live, traces };
}

/** Numbers of packets with data or something else to be acknowledged that were sent. */
function numbersSent(trace: Trace): number[] {
  return eventsOf(trace, 'transport:packet_sent').map(({ data }) => data.header.packet_number);
}

function acknowledged(trace: Trace): Set<number> {
  const acked = new Set<number>();
  for (const { data } of eventsOf(trace, 'transport:packet_received')) {
    for (const frame of data.frames ?? []) {
      if (frame.frame_type !== 'ack') continue;
      for (const [from, to = from] of frame.acked_ranges ?? []) for (let n = from!; n <= to!; n++) acked.add(n);
    }
  }
  return acked;
}

function latest(trace: Trace, metric: 'congestion_window' | 'bytes_in_flight' | 'smoothed_rtt' | 'ssthresh') {
  const values = eventsOf(trace, 'recovery:metrics_updated').flatMap(({ data }) => data[metric] ?? []);
  return values.at(-1);
}

describe('qlog traces (draft-ietf-quic-qlog-main-schema, -quic-events)', () => {
  it('given TCP that loses packets, then a trace fits the schema and agrees with the counters of the sender', () => {
    const { live, traces } = traced(scenario('transport: { tcp: { congestionControl: reno } }'));
    assert.deepEqual([...traces.keys()], ['one.n0-49152.n2-1024.client', 'one.n2-1024.n0-49152.server']);
    const [client, server] = [...traces.values()] as [Trace, Trace];
    const sender = live.sessions[0]!.sending[0]!.sender!;
    const sent = eventsOf(client, 'transport:packet_sent');
    const withData = sent.filter(({ data }) => data.raw!.payload_length! > 0);
    assert.ok(sender.retransmittedSegments > 0);
    assert.equal(withData.length, sender.segmentsSent);
    const offsets = withData.map(({ data }) => (data.frames!.at(-1) as { offset: number }).offset);
    assert.equal(offsets.length - new Set(offsets).size, sender.retransmittedSegments);
    assert.equal(eventsOf(client, 'recovery:packet_lost').length, sender.retransmittedSegments);
    assert.equal(eventsOf(server, 'recovery:packet_lost').length, 0);
    assert.equal(latest(client, 'congestion_window'), Math.floor(sender.cc.cwnd));
    assert.equal(latest(client, 'ssthresh'), Math.floor(sender.cc.ssthresh));
    assert.equal(latest(client, 'bytes_in_flight'), 0);
    assert.equal(latest(client, 'smoothed_rtt'), sender.rtt.srtt / 1e6);
    const states = eventsOf(client, 'recovery:congestion_state_updated').map(({ data }) => data.new);
    assert.deepEqual(states.slice(0, 3), ['slow_start', 'recovery', 'congestion_avoidance']);
  });

  it('given TCP, then packets are numbered as they are sent, and each is acknowledged or lost in the end', () => {
    const { traces } = traced(scenario('transport: { tcp: { congestionControl: reno } }'));
    const client = [...traces.values()][0]!;
    const numbers = numbersSent(client);
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => i),
    );
    const acked = acknowledged(client);
    const lost = new Set(eventsOf(client, 'recovery:packet_lost').map(({ data }) => data.header!.packet_number));
    for (const { data } of eventsOf(client, 'transport:packet_sent')) {
      const { packet_number: number } = data.header;
      if (data.raw!.payload_length! > 0) assert.ok(acked.has(number) !== lost.has(number), `packet ${number}`);
    }
  });

  it('given QUIC that loses packets, then each packet is acknowledged or lost (RFC 9002 section 6)', () => {
    const { traces } = traced(scenario('transport: { protocol: quic }'));
    const client = [...traces.values()][0]!;
    assert.deepEqual(client.head.trace.common_fields!.protocol_type, ['QUIC']);
    const lost = eventsOf(client, 'recovery:packet_lost').map(({ data }) => data.header!.packet_number);
    assert.ok(lost.length > 0);
    const received = new Set<number>();
    for (const { data } of eventsOf(client, 'transport:packet_received')) {
      if (data.header.packet_type !== '1RTT') continue;
      for (const frame of data.frames!) {
        if (frame.frame_type !== 'ack') continue;
        for (const [from, to = from] of frame.acked_ranges!) for (let n = from!; n <= to!; n++) received.add(n);
      }
    }
    const sent = eventsOf(client, 'transport:packet_sent').filter(
      ({ data }) => data.header.packet_type === '1RTT' && data.frames!.some((f) => f.frame_type === 'stream'),
    );
    const missing = sent
      .map(({ data }) => data.header.packet_number)
      .filter((number) => !received.has(number) && !lost.includes(number));
    assert.deepEqual(missing, []);
  });

  it('given QUIC packets that share a datagram, then their lengths add up to it (RFC 9000 section 12.2)', () => {
    const { traces } = traced(scenario('transport: { protocol: quic }'));
    for (const trace of traces.values()) {
      const datagrams = new Map<number, number>();
      for (const { data } of eventsOf(trace, 'transport:packet_sent')) {
        const id = data.datagram_id!;
        datagrams.set(id, (datagrams.get(id) ?? 0) + data.raw!.length!);
      }
      assert.ok(Math.max(...datagrams.values()) <= 1472);
      const firsts = eventsOf(trace, 'transport:packet_sent').filter(
        ({ data }) => data.header.packet_type === 'initial',
      );
      // RFC 9000 section 14.1: datagrams with Initial packets that elicit an ACK are padded
      assert.equal(datagrams.get(firsts[0]!.data.datagram_id!), 1200);
    }
  });

  it('given a relay, then each leg has a trace at each of its ends, all of one group', () => {
    const { traces } = traced(scenario('relay: {}, path: relayed'));
    assert.deepEqual(
      [...traces].map(([name, { head }]) => [name, head.trace.vantage_point.name, head.trace.common_fields!.group_id]),
      [
        ['one.n0-49152.n1-1024.client', 'n0', 'one'],
        ['one.n1-1024.n0-49152.server', 'n1', 'one'],
        ['one.n1-49152.n2-1024.client', 'n1', 'one'],
        ['one.n2-1024.n1-49152.server', 'n2', 'one'],
      ],
    );
  });

  it('given times of events, then they never go back (main schema section 3.4.1)', () => {
    for (const { events } of traced(scenario('transport: { tcp: {} }')).traces.values()) {
      events.forEach(({ time }, i) => {
        assert.ok(i === 0 || events[i - 1]!.time <= time);
      });
    }
  });
});

describe('hopwise run --qlog', () => {
  it('writes a folder of traces for the first run of each point, and tells where', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
    try {
      const file = join(folder, 'one.yaml');
      writeFileSync(file, `${scenario('')}sweep: { rtt: { set: network.chain.rtt, values: [20 ms, 40 ms] } }\n`);
      const terminal = recordingTerminal();
      const out = ['--out', join(folder, 'results'), '--workers', '1'];
      assert.equal(await main(['run', file, ...out, '--qlog', join(folder, 'q')], terminal), 0);
      const place = join(folder, 'q', 'one');
      const told = `one: qlog traces in ${join(place, 'rtt=20_ms,replication=1')} and 1 more beside it\n`;
      assert.ok(terminal.written.err.endsWith(told), terminal.written.err);
      assert.deepEqual(readdirSync(place).sort(), ['rtt=20_ms,replication=1', 'rtt=40_ms,replication=1']);
      for (const point of readdirSync(place)) {
        const files = readdirSync(join(place, point)).sort();
        assert.deepEqual(files, ['one.n0-49152.n2-1024.client.sqlog', 'one.n2-1024.n0-49152.server.sqlog']);
        for (const name of files)
          assert.ok(readTrace(readFileSync(join(place, point, name), 'utf8')).events.length > 0);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
