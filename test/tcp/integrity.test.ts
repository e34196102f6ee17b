import assert from 'node:assert/strict';
import { RandomStream } from '../../sim/core/random';
import { impairmentsOf } from '../../sim/net/impairments/list';
import { type CongestionControlName, congestionControls } from '../../sim/tcp/cc';
import { LOSS_RECOVERIES, type TcpConfig } from '../../sim/tcp/config';
import { TcpStack } from '../../sim/tcp/stack';
import { connect, dropTail, End, MS, pair, SECOND, tcp, losing } from '../support/network';

const HOUR = 3600 * SECOND;
/** Bytes that the server sends, once it has heard of the client. */
const ANSWER = 20_000;

interface Case {
  readonly config?: Partial<TcpConfig>;
  readonly cc?: CongestionControlName;
  readonly loss?: number;
  readonly back?: number;
  readonly buffer?: number;
  readonly bytes?: number;
  readonly seed?: number;
}

/** One transfer in each direction under loss; every byte arrives once, both ends close, and nothing is left. */
function transfer({ config = {}, cc = 'cubic', loss = 0, back = 0, buffer = 30, bytes = 150_000, seed = 1 }: Case) {
  const lossy = (p: number) => ({ impairments: impairmentsOf(p, []) });
  const net = pair(
    { rate: 5e6, queue: dropTail(buffer), ...lossy(loss) },
    { rate: 5e6, queue: dropTail(buffer), ...lossy(back) },
    [seed, 2, 3, 4],
  );
  const client = new End();
  let answered = false;
  const server = new End(true, true, {
    onReadable: (connection) => {
      if (!answered) connection.writeAll(ANSWER);
      answered = true;
    },
  });
  connect(net, client, server, tcp({ dataRetries: 50, synRetries: 50, maxRto: 5 * SECOND, ...config }, cc));
  client.connection!.writeAll(bytes);
  client.connection!.shutdown();
  for (let at = SECOND; net.events.size > 0 && at < HOUR; at += SECOND) {
    net.simulation.run(at);
    const sender = client.connection!.sender;
    if (sender !== null) assert.ok(sender.inFlight >= 0, `in flight: ${sender.inFlight}`);
  }
  assert.deepEqual(client.log, ['established', 'remote closed', 'finished']);
  assert.deepEqual(server.log, ['established', 'remote closed', 'finished']);
  assert.equal(server.received, bytes);
  assert.equal(server.connection!.receiver.received, bytes);
  assert.equal(client.received, ANSWER);
  assert.equal(client.connection!.receiver.received, ANSWER);
  assert.equal(net.simulation.pool.live, 0, 'packets left');
  assert.equal(net.events.size, 0, 'events left');
  assert.equal(TcpStack.of(net.a).size + TcpStack.of(net.b).size, 0, 'connections left');
  for (const link of [net.there, net.back]) {
    assert.equal(link.sentPackets, link.deliveredPackets + link.droppedPackets);
  }
  return client.connection!.sender!;
}

describe('the byte stream survives loss', () => {
  for (const lossRecovery of LOSS_RECOVERIES) {
    it(`with ${lossRecovery} under every congestion control`, () => {
      let retransmitted = 0;
      for (const cc of Object.keys(congestionControls) as CongestionControlName[]) {
        for (const loss of [0, 0.02, 0.15]) {
          retransmitted += transfer({ config: { lossRecovery }, cc, loss, back: loss / 2 }).retransmittedSegments;
        }
      }
      assert.ok(retransmitted > 300, `${retransmitted}`);
    });
  }

  it('with any set of options', () => {
    for (let seed = 1; seed <= 120; seed++) {
      const random = new RandomStream([seed, 5, 6, 7], 'options');
      const coin = (): boolean => random.chance(0.5);
      const config: Partial<TcpConfig> = {
        mss: random.integer(100, 1460),
        initialWindow: random.integer(1, 20),
        sendBuffer: random.integer(2000, 200_000),
        receiveBuffer: random.integer(2000, 200_000),
        timestamps: coin(),
        windowScaling: coin(),
        sack: coin(),
        ecn: (['off', 'classic', 'dctcp'] as const)[random.integer(0, 2)]!,
        lossRecovery: LOSS_RECOVERIES[random.integer(0, LOSS_RECOVERIES.length - 1)]!,
        prr: coin(),
        limitedTransmit: coin(),
        frto: coin(),
        delayedAckSegments: random.integer(1, 4),
        quickAcks: random.integer(0, 16),
        nagle: coin(),
        minRto: coin() ? SECOND : 200 * MS,
        idle: (['restart', 'validate', 'keep'] as const)[random.integer(0, 2)]!,
      };
      const loss = random.chance(0.3) ? 0 : random.uniform() * 0.2;
      try {
        transfer({ config, loss, back: loss * random.uniform(), buffer: random.integer(1, 40), bytes: 60_000, seed });
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify(config)}`, { cause: error });
      }
    }
  });

  it('through a buffer of a single packet', () => {
    for (const lossRecovery of LOSS_RECOVERIES) transfer({ config: { lossRecovery }, buffer: 1 });
  });

  it('retransmits nothing where nothing is lost', () => {
    for (const cc of Object.keys(congestionControls) as CongestionControlName[]) {
      for (const lossRecovery of LOSS_RECOVERIES) {
        const { retransmittedSegments } = transfer({ config: { lossRecovery }, cc, buffer: 1000, bytes: 300_000 });
        assert.equal(retransmittedSegments, 0, `${cc} ${lossRecovery}`);
      }
    }
  });

  it('gives up after so many retransmissions of one segment (RFC 9293 section 3.8.3, R2)', () => {
    const net = pair({ impairments: losing((p) => p.length > 0) });
    const client = new End();
    connect(net, client, new End(), tcp({ dataRetries: 4, lossRecovery: 'newreno' }));
    client.connection!.writeAll(1000);
    net.simulation.run(HOUR);
    assert.equal(client.connection!.sender!.retransmittedSegments, 4);
    assert.deepEqual(client.log, ['established', 'timeout']);
  });
});
