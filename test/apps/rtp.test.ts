import assert from 'node:assert/strict';
import { checkPhysics } from '../../sim/run/physics';
import { assertNear, buildText, metricOf, runText } from '../support/scenario';

const scenario = (app: string, rate = '10 Mbit/s', more = '', chain = '') => `
title: media
network: { chain: { segments: 1, rate: ${rate}, rtt: 40 ms, queue: { drop-tail: { limit: 50 packets } }${chain} } }
sessions: [{ name: A, from: first, to: last, app: ${app}${more} }]
run: { duration: 120 s, warmup: 10 s }
`;

describe('rtp-audio (RFC 3550)', () => {
  it('sends 50 packets of 200 bytes a second for G.711: 160 of speech, 12 RTP, 8 UDP, 20 IP', () => {
    const { simulation } = buildText(scenario('rtp-audio'));
    const sizes = new Map<number, number>();
    simulation.links[0]!.tap = {
      onSend: (p) => sizes.set(p.size, (sizes.get(p.size) ?? 0) + 1),
      onArrive: () => undefined,
      onDrop: () => undefined,
    };
    simulation.run(59.99e9);
    assert.equal(sizes.get(200), 3000);
    // sender reports: 28 of header and sender information, 28 of SDES, UDP and IP; about every 5 s
    const reports = sizes.get(28 + 28 + 28)!;
    assert.ok(reports >= 8 && reports <= 20, `${reports}`);
    assert.equal(sizes.size, 2);
  });

  it('on an empty path misses no deadline, and learns the round-trip time from LSR and DLSR (section 6.4.1)', () => {
    const reply = runText(scenario('rtp-audio'));
    assertNear(metricOf(reply, 'A', 'goodput'), 64e3, 0.01);
    assert.equal(metricOf(reply, 'A', 'deadlineMisses'), 0);
    assert.equal(metricOf(reply, 'A', 'reportedLossMean'), 0);
    assertNear(metricOf(reply, 'A', 'rttP50'), 0.04, 0.01);
    const reports = metricOf(reply, 'A', 'rtcpReports');
    assert.ok(reports >= 15 && reports <= 35, `${reports} reports in 110 s`);
  });

  it('under loss, reports what is lost and does not slow down; a lost packet is a missed deadline', () => {
    const reply = runText(scenario('rtp-audio', '10 Mbit/s', '', ', lastLoss: 0.1'));
    assertNear(metricOf(reply, 'A', 'loss'), 0.1, 0.15);
    assertNear(metricOf(reply, 'A', 'reportedLossMean'), metricOf(reply, 'A', 'loss'), 0.2);
    assertNear(metricOf(reply, 'A', 'deadlineMisses'), metricOf(reply, 'A', 'loss'), 0.02);
    assertNear(metricOf(reply, 'A', 'datagramsSent'), 110 * 50, 0.001);
  });

  it('given a playout delay below the delay of the path, misses every deadline though nothing is lost', () => {
    const reply = runText(scenario('{ rtp-audio: { playout: 19 ms } }'));
    assert.equal(metricOf(reply, 'A', 'loss'), 0);
    assert.equal(metricOf(reply, 'A', 'deadlineMisses'), 1);
  });

  it('with silence suppression, talks talk/(talk+silence) of the time', () => {
    const reply = runText(scenario('{ rtp-audio: { talk: 400 ms, silence: 600 ms } }'));
    assertNear(metricOf(reply, 'A', 'goodput'), 0.4 * 64e3, 0.25);
  });
});

describe('rtp-video (RFC 3550)', () => {
  it('sends its rate and frame rate, and on an empty path plays every frame', () => {
    const reply = runText(scenario('rtp-video'));
    assertNear(metricOf(reply, 'A', 'goodput'), 2e6, 0.05);
    assertNear(metricOf(reply, 'A', 'framesSent'), 110 * 30, 0.001);
    assert.equal(metricOf(reply, 'A', 'deadlineMisses'), 0);
  });

  it('loses a frame with any of its packets: more frames than packets are missed', () => {
    const reply = runText(scenario('rtp-video', '10 Mbit/s', '', ', lastLoss: 0.02'));
    const packetsPerFrame = metricOf(reply, 'A', 'datagramsSent') / metricOf(reply, 'A', 'framesSent');
    assertNear(metricOf(reply, 'A', 'deadlineMisses'), 1 - 0.98 ** packetsPerFrame, 0.2);
  });

  it('key frames are larger: sent at once into a slow link, they wait longer than the others', () => {
    const reply = runText(scenario('{ rtp-video: { spread: 0, variation: 0, keySize: 8 } }', '4 Mbit/s'));
    // 60 frames share 67 units of 7463 bytes; a key frame of 50 packets takes 0.12 s at 4 Mbit/s
    assert.ok(metricOf(reply, 'A', 'oneWayDelayP99') > 0.02 + 0.1);
    assert.ok(metricOf(reply, 'A', 'oneWayDelayP50') < 0.02 + 0.03);
  });

  it('when stopped, sends nothing more, and every packet comes back to the pool', () => {
    const { simulation } = buildText(scenario('rtp-video', '1 Mbit/s', ', stop: 10 s'));
    simulation.run(10e9);
    checkPhysics(simulation);
    simulation.run(60e9);
    assert.equal(simulation.pool.live, 0);
    checkPhysics(simulation);
  });
});
