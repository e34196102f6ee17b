import { type EventQueue, type EventSource, type Nanos } from '../sim/core/event-queue';
import type { Address } from '../sim/core/packet';
import { bind } from '../sim/core/plugin';
import type { Node } from '../sim/net/node';
import { cubic } from '../sim/tcp/cc/cubic';
import { type TcpConfig, tcpParams } from '../sim/tcp/config';
import type { TcpConnection, TcpDelegate } from '../sim/tcp/connection';
import { type TcpOptions, TcpStack } from '../sim/tcp/stack';
import * as z from 'zod';

/** TCP as WORKLOADS.md has it, with this buffer (bytes) on both sides. */
export function tcpOptions(buffer: number): TcpOptions {
  const config: TcpConfig = z.strictObject(tcpParams).parse(
    {
      initialWindow: 10,
      sendBuffer: `${buffer} B`,
      receiveBuffer: `${buffer} B`,
      delayedAckSegments: 2,
      delayedAckTimeout: '200 ms',
      quickAcks: 0,
      minRto: '200 ms',
    },
    { jitless: true },
  );
  return { config, congestionControl: bind(cubic, {}) };
}

interface Ends {
  readonly sender: Node;
  readonly receiver: Node;
  /** What the sender connects to: the receiver, or the first relay. */
  readonly target: Address;
  readonly port: number;
}

/** A sender that always has data and a receiver that reads at once. */
export class Flow implements EventSource {
  /** Payload bytes that the receiving application has read; and up to the end of the warm-up. */
  received = 0;
  receivedInWarmup = 0;
  connection: TcpConnection | null = null;

  constructor(
    private readonly ends: Ends,
    private readonly options: TcpOptions,
    readonly kind: string,
    start: Nanos,
    private readonly index: number,
  ) {
    TcpStack.of(ends.receiver).listen(ends.port, options, () => this.reader);
    const events: EventQueue = ends.sender.simulation.events;
    events.arm(events.register(this), start);
  }

  fire(): void {
    const { sender, target, port } = this.ends;
    this.connection = TcpStack.of(sender).connect(target, port, this.options, SILENT, this.index);
    this.connection.writeAll(Infinity);
  }

  private get reader(): TcpDelegate {
    return {
      onReadable: (connection) => {
        this.received += connection.read(Infinity);
      },
    };
  }
}

const SILENT: TcpDelegate = {};
