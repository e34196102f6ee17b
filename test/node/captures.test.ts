import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type CaptureOptions, CaptureRecorder, capturesOf } from '../../sim/node/captures';
import { main } from '../../sim/node/cli';
import { runRecorded } from '../../sim/node/recorder';
import { requestOf, tasksOf } from '../../sim/node/study-runner';
import { run } from '../../sim/run/run';
import { parseStudy } from '../../sim/scenario/parse';
import { needs, tool } from '../support/capture-tools';
import { recordingTerminal } from '../support/terminal';

/** Every transport, over a bottleneck that loses packets of all of them. */
const SCENARIO = `
title: One of each
network: { chain: { segments: 1, rate: 4 Mbit/s, rtt: 20 ms, queue: { drop-tail: { limit: 10 packets } } } }
sessions:
  - { name: stream, from: first, to: last }
  - { name: datagrams, from: first, to: last, app: { cbr: { rate: 400 kbit/s } } }
  - { name: voice, from: first, to: last, app: rtp-audio }
  - { name: film, from: first, to: last, app: { rtp-video: { rate: 400 kbit/s } } }
  - { name: smooth, from: first, to: last, app: tfrc }
run: { duration: 5 s, warmup: 500 ms, replications: 2 }
sweep: { segments: { set: network.chain.segments, values: [1, 2] } }
`;

describe('hopwise run --pcap', () => {
  let folder: string;
  let scenario: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
    scenario = join(folder, 'each.yaml');
    writeFileSync(scenario, SCENARIO);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function hopwise(...options: string[]) {
    const terminal = recordingTerminal();
    const code = await main(['run', scenario, '--workers', '1', ...options], terminal);
    return { code, ...terminal.written };
  }

  /** Makes the captured runs of the scenario, as a worker would. */
  function captured(options: Omit<CaptureOptions, 'out'>) {
    const study = parseStudy(SCENARIO, { file: 'each.yaml', name: 'each' });
    const tasks = tasksOf(study, [1]);
    const captures = capturesOf(study, tasks, { out: folder, ...options });
    return [...captures].map(([index, capture]) => {
      const request = requestOf(study, tasks[index]!);
      const { fingerprint } = runRecorded(request, [new CaptureRecorder(capture)]);
      return { name: basename(capture.file), file: readFileSync(capture.file), request, fingerprint };
    });
  }

  it('captures the first run of each point that has the place, and changes nothing in it', () => {
    const runs = captured({ pcap: ['first', 'n1>n2'] });
    assert.deepEqual(
      runs.map(({ name, file }) => [name, ...namesIn(file)]),
      [
        ['segments=1,replication=1.pcapng', 'n0'],
        ['segments=2,replication=1.pcapng', 'n0', 'n1>n2'],
      ],
    );
    for (const { request, fingerprint } of runs) assert.equal(fingerprint, run(request).fingerprint);
    assert.equal(captured({ pcap: ['n1>n2'] }).length, 1);
  });

  it('has packets that tshark finds nothing wrong with, of every transport', function () {
    const { file } = captured({ pcap: ['last'] })[0]!;
    const fields = ['_ws.malformed', 'ip.checksum.status', 'tcp.checksum.status', 'udp.checksum.status', 'rtcp.pt'];
    const checks = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`]);
    const output = tool('tshark', [...checks, '-T', 'fields', ...fields.flatMap((f) => ['-e', f]), '-r'], file);
    needs(this, output, 'tshark');
    const seen = new Set<string>();
    for (const line of output.trimEnd().split('\n')) {
      const [malformed, ip, tcp, udp, rtcp] = line.split('\t');
      assert.deepEqual([malformed, ip, tcp || udp], ['', '1', '1']);
      seen.add(tcp ? 'TCP' : rtcp ? `RTCP ${rtcp.split(',')[0]}` : 'UDP');
    }
    for (const what of ['TCP', 'UDP', 'RTCP 200']) assert.ok(seen.has(what), what);
  });

  it('keeps no more of a packet than --snaplen says', () => {
    const { file } = captured({ pcap: ['last'], snaplen: 64 })[0]!;
    const lengths = packetsIn(file);
    assert.equal(Math.max(...lengths.map(({ kept }) => kept)), 64);
    assert.equal(Math.max(...lengths.map(({ length }) => length)), 1500);
  });

  it('is asked for on the command line, and told of', async () => {
    const only = ['--at', 'segments=1', '--replication', '2'];
    const { code, err } = await hopwise('--out', folder, ...only, '--pcap', 'n0>n1');
    const file = join(folder, 'each', 'captures', 'segments=1,replication=2.pcapng');
    assert.equal(code, 0);
    assert.ok(err.endsWith(`each: captured ${file}\n`), err);
    assert.deepEqual(namesIn(readFileSync(file)), ['n0>n1']);
  });

  it('tells which names there are when one is unknown', async () => {
    const { code, err } = await hopwise('--pcap', 'fist');
    assert.equal(code, 2);
    assert.equal(
      err,
      '--pcap fist: no host or link is called so (did you mean first?); ' +
        'hosts: n0, n1, first, last, n2; links: n0>n1, n1>n0, n1>n2, n2>n1\n',
    );
  });

  it('refuses --snaplen without --pcap', async () => {
    const { code, err } = await hopwise('--snaplen', '64');
    assert.deepEqual([code, err], [2, '--snaplen: nothing is captured without --pcap\n']);
  });
});

function* blocksOf(file: Buffer): Generator<{ type: number; body: Buffer }> {
  for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) {
    yield { type: file.readUInt32LE(at), body: file.subarray(at + 8, at + file.readUInt32LE(at + 4) - 4) };
  }
}

/** Names of the interfaces: the first option of their blocks. */
function namesIn(file: Buffer): string[] {
  const interfaces = [...blocksOf(file)].filter(({ type }) => type === 1);
  return interfaces.map(({ body }) => body.subarray(12, 12 + body.readUInt16LE(10)).toString());
}

function packetsIn(file: Buffer): { kept: number; length: number }[] {
  const packets = [...blocksOf(file)].filter(({ type }) => type === 6);
  return packets.map(({ body }) => ({ kept: body.readUInt32LE(12), length: body.readUInt32LE(16) }));
}
