import { factoryOf, pluginChoice } from '../core/choice';
import type { Packet } from '../core/packet';
import { integer } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { Node } from '../net/node';
import { Drop } from '../net/queue';
import { congestionControls } from '../tcp/cc';
import { tcpParams } from '../tcp/config';
import { IP_HEADER, TCP_HEADER, TIMESTAMPS_LENGTH } from '../tcp/segment';
import { TcpTransport } from '../tcp/transport';
import type { ByteStream, StreamDelegate, StreamMessage } from '../transport/byte-stream';
import type { StreamTransport } from '../transport/stream-transport';
import { clampMss, defineTunnel, Encapsulated, type Tunnel, type TunnelHost, tunnelParams } from './tunnel';

const tcpTunnelParams = {
  ...tunnelParams,
  queue: integer('packets that wait for room in the send buffer of the carrying connection', 500, 1, 1_000_000),
  congestionControl: pluginChoice(congestionControls, 'congestion control of the carrying connection', 'cubic'),
  ...tcpParams,
};

/** Before each packet its length. */
const LENGTH = 2;

class Framed implements StreamMessage {
  constructor(
    readonly packet: Encapsulated,
    readonly size: number,
  ) {}
}

/** One end: the connection, once there is one, and what waits for room in it. */
class End implements StreamDelegate {
  stream: ByteStream | null = null;
  isOpening = false;
  private readonly waiting: Framed[] = [];

  constructor(
    readonly node: Node,
    private readonly most: number,
  ) {}

  /** False when the queue is full. */
  send(message: Framed): boolean {
    if (this.waiting.length === 0 && this.stream !== null && this.stream.writable >= message.size) {
      this.stream.writeMessage(message);
      return true;
    }
    if (this.waiting.length >= this.most) return false;
    this.waiting.push(message);
    return true;
  }

  onEstablished(stream: ByteStream): void {
    this.stream = stream;
    this.isOpening = false;
    this.onWritable(stream);
  }

  onWritable(stream: ByteStream): void {
    while (this.waiting.length > 0 && stream.writable >= this.waiting[0]!.size)
      stream.writeMessage(this.waiting.shift()!);
  }

  onReadable(stream: ByteStream): void {
    stream.read(Infinity);
    for (let message = stream.takeMessage(); message !== null; message = stream.takeMessage()) {
      (message as Framed).packet.leave(this.node);
    }
  }

  onClosed(): void {
    this.stream = null;
    this.isOpening = false;
  }
}

/** IP in TCP: packets in order and without loss, at the rate of the carrying connection. */
class TcpTunnel implements Tunnel {
  private readonly overhead: number;
  private readonly ingress: End;
  private readonly egress: End;
  private readonly transport: StreamTransport;

  constructor(
    private readonly host: TunnelHost,
    private readonly params: ParamsOf<typeof tcpTunnelParams>,
  ) {
    const { queue, congestionControl, ...config } = params;
    const options = params.timestamps ? TIMESTAMPS_LENGTH : 0;
    this.overhead = IP_HEADER + TCP_HEADER + options + LENGTH + params.header;
    this.transport = new TcpTransport({ config, congestionControl: factoryOf(congestionControls, congestionControl) });
    this.ingress = new End(host.ingress, queue);
    this.egress = new End(host.egress, queue);
    this.transport.listen(host.egress, host.port, () => this.egress);
  }

  carry(p: Packet, there: boolean): void {
    if (this.ingress.stream === null && this.egress.stream === null && !this.ingress.isOpening) this.open();
    const end = there ? this.ingress : this.egress;
    const { mtu, mssClamp, header } = this.params;
    if (mssClamp) clampMss(p, mtu - this.overhead);
    if (end.send(new Framed(new Encapsulated(p), LENGTH + header + p.size))) end.node.simulation.pool.give(p);
    else end.node.drop(p, Drop.overflow);
  }

  /** Opens the carrying connection, when the first packet comes and whenever it was lost. */
  private open(): void {
    const { ingress, egress, port, flow } = this.host;
    this.ingress.isOpening = true;
    this.transport.connect(ingress, egress.address, port, this.ingress, flow);
  }
}

export const tcpTunnel = defineTunnel({
  summary: 'packets one after the other in a TCP connection',
  reference: 'Honda et al. 2005, Understanding TCP over TCP',
  params: tcpTunnelParams,
  create: (params, host) => new TcpTunnel(host, params),
});
