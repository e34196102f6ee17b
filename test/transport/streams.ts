import { fields } from '../../sim/core/choice';
import { impairmentsOf } from '../../sim/net/impairments/list';
import { quicParams } from '../../sim/quic/config';
import type { QuicConfig } from '../../sim/quic/config';
import { QuicStack } from '../../sim/quic/stack';
import { QuicTransport } from '../../sim/quic/transport';
import { type SctpConfig, sctpParams } from '../../sim/sctp/config';
import { rfc9260 } from '../../sim/sctp/rfc9260';
import { SctpStack } from '../../sim/sctp/stack';
import { SctpTransport } from '../../sim/sctp/transport';
import { bind } from '../../sim/core/plugin';
import { TcpStack } from '../../sim/tcp/stack';
import { TcpTransport } from '../../sim/tcp/transport';
import type { TcpConfig } from '../../sim/tcp/config';
import type { CongestionControlName } from '../../sim/tcp/cc';
import type { ByteStream, CloseReason, StreamDelegate, StreamMessage } from '../../sim/transport/byte-stream';
import type { StreamTransport } from '../../sim/transport/stream-transport';
import type { TlsVersion } from '../../sim/security/tls/messages';
import { MOST_PLAIN } from '../../sim/security/tls/record';
import { TlsTransport } from '../../sim/security/tls/transport';
import type { Node } from '../../sim/net/node';
import type { Simulation } from '../../sim/net/simulation';
import { congestionControl, MS, SECOND, tcp } from '../support/network';
import { tlsIn } from '../support/tls';

export const PORT = 1024;

export function quicConfig(changes: Partial<QuicConfig> = {}): QuicConfig {
  return { ...fields(quicParams).parse({}), ...changes };
}

export function sctpConfig(changes: Partial<SctpConfig> = {}): SctpConfig {
  return { ...fields(sctpParams).parse({}), ...changes };
}

export function quic(changes: Partial<QuicConfig> = {}, cc: CongestionControlName = 'cubic', multiplex = false) {
  return new QuicTransport({ config: quicConfig(changes), congestionControl: congestionControl(cc) }, multiplex);
}

export function sctp(changes: Partial<SctpConfig> = {}, cc?: CongestionControlName, multiplex = false): SctpTransport {
  const control = cc === undefined ? bind(rfc9260 as never, {}) : congestionControl(cc);
  return new SctpTransport({ config: sctpConfig(changes), congestionControl: control as never }, multiplex);
}

/** A transport to be held to the contract of byte streams: with one buffer size, for everything it buffers. */
export interface Candidate {
  readonly name: string;
  make(buffer?: number): StreamTransport;
  /** Connections that exist on a node. */
  count(node: Node): number;
  /** Bytes that an end takes out of its buffer before they are read: 0 unless told. */
  readonly ahead?: number;
}

function candidate(name: string, make: Candidate['make'], count: Candidate['count']): Candidate {
  return { name, make, count };
}

const PATIENT: Partial<TcpConfig> = { dataRetries: 60, synRetries: 60, maxRto: 4e9 };
const SCTP: Partial<SctpConfig> = { maxRto: 4e9, maxRetransmits: 60, maxInitRetransmits: 60, heartbeat: 0 };
const QUIC: Partial<QuicConfig> = { maxPtos: 60 };
const both = (buffer = 4 << 20) => ({ sendBuffer: buffer, receiveBuffer: buffer });
const quicBoth = (buffer = 4 << 20) => ({ sendBuffer: buffer, maxStreamData: buffer, maxData: buffer });

export const CANDIDATES: readonly Candidate[] = [
  candidate(
    'TCP',
    (buffer) => new TcpTransport(tcp({ ...PATIENT, ...both(buffer) })),
    (node) => TcpStack.of(node).size,
  ),
  ...(['1.2', '1.3'] as const).map((version) => ({
    ...candidate(
      `TLS ${version} over TCP`,
      (buffer) => tlsOverTcp(buffer, version),
      (node) => TcpStack.of(node).size,
    ),
    // a record in the clear, and one that is not whole
    ahead: 2 * MOST_PLAIN,
  })),
  candidate(
    'SCTP',
    (buffer) => sctp({ ...SCTP, ...both(buffer) }),
    (node) => SctpStack.of(node).size,
  ),
  candidate(
    'SCTP with CUBIC, streams of one association',
    (buffer) => sctp({ ...SCTP, ...both(buffer) }, 'cubic', true),
    () => 0,
  ),
  candidate(
    'QUIC',
    (buffer) => quic({ ...QUIC, ...quicBoth(buffer) }),
    (node) => QuicStack.of(node).size,
  ),
  candidate(
    'QUIC with 0-RTT and BBR',
    (buffer) => quic({ ...QUIC, ...quicBoth(buffer), handshake: '0-rtt' }, 'bbr3'),
    (node) => QuicStack.of(node).size,
  ),
  candidate(
    'QUIC, streams of one connection',
    (buffer) => quic({ ...QUIC, ...quicBoth(buffer) }, 'reno', true),
    () => 0,
  ),
];

/** TLS over TCP, made in the simulation of the node that first uses it. */
function tlsOverTcp(buffer: number | undefined, version: TlsVersion): StreamTransport {
  const below = new TcpTransport(tcp({ ...PATIENT, ...both(buffer) }));
  const made = new Map<Simulation, StreamTransport>();
  const on = ({ simulation }: Node): StreamTransport => {
    const existing = made.get(simulation);
    if (existing !== undefined) return existing;
    const fresh = new TlsTransport(below, tlsIn(simulation, { tls: version }).tls);
    made.set(simulation, fresh);
    return fresh;
  };
  return {
    listen: (node, port, accept) => on(node).listen(node, port, accept),
    unlisten: (node, port) => on(node).unlisten(node, port),
    connect: (node, remote, port, delegate, flow) => on(node).connect(node, remote, port, delegate, flow),
  };
}

/** A message that can be told from all others. */
export class Numbered implements StreamMessage {
  constructor(
    readonly size: number,
    readonly stream: number,
    readonly number: number,
  ) {}
}

/** One end of a stream as a test sees it. */
export class StreamEnd implements StreamDelegate {
  stream: ByteStream | null = null;
  readonly log: string[] = [];
  readonly messages: Numbered[] = [];
  received = 0;
  private remoteClosed = false;

  constructor(
    public reads = true,
    private readonly closes = true,
    private readonly hooks: StreamDelegate = {},
  ) {}

  onEstablished(stream: ByteStream): void {
    this.log.push('established');
    this.stream = stream;
    this.hooks.onEstablished?.(stream);
  }

  onReadable(stream: ByteStream): void {
    if (this.reads) this.read(stream);
    this.hooks.onReadable?.(stream);
  }

  onRemoteClosed(stream: ByteStream): void {
    this.log.push('remote closed');
    this.remoteClosed = true;
    this.closeIfRead(stream);
    this.hooks.onRemoteClosed?.(stream);
  }

  private closeIfRead(stream: ByteStream): void {
    if (this.closes && this.remoteClosed && stream.readable === 0) stream.close();
  }

  onClosed(_: ByteStream, reason: CloseReason): void {
    this.log.push(reason);
  }

  read(stream: ByteStream): void {
    this.received += stream.read(Infinity);
    for (let m = stream.takeMessage(); m !== null; m = stream.takeMessage()) this.messages.push(m as Numbered);
    this.closeIfRead(stream);
  }
}

/** Loses packets with this probability, delivers one in twenty twice, and delays one in ten so that others overtake it. */
export function nasty(loss: number) {
  return impairmentsOf(loss, [
    { name: 'duplication', params: { share: 0.05, after: 3 * MS } },
    { name: 'reordering', params: { share: 0.1, by: { unit: 'nanoseconds', value: 8 * MS }, atMost: SECOND } },
  ]);
}
