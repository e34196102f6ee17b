import type { EventQueue } from '../core/event-queue';
import type { ConnectionLog } from '../transport/connection-log';
import type { SenderCommons } from './commons';
import type { TcpConfig } from './config';
import type { ConnectionTimers } from './timers';

/** What the sender asks of its connection. */
export interface SenderHost {
  readonly events: EventQueue;
  readonly config: TcpConfig;
  readonly log: ConnectionLog | null;
  readonly commons: SenderCommons;
  /** Sends [seq, seq + length), and what `flags` say. */
  transmit(flags: number, seq: number, length: number, retransmission: boolean): void;
  /** Sends a segment without data, `seq` below snd.una, to make the peer answer. */
  transmitProbe(): void;
  readonly timers: ConnectionTimers;
  /** Room in the send buffer has appeared. */
  onWritable(): void;
  /** Our FIN was acknowledged. */
  onFinAcked(): void;
  /** Retransmissions are exhausted. */
  onGiveUp(): void;
}
