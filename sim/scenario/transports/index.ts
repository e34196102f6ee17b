import type { TransportKind } from '../../apps/app';
import { quic } from './quic';
import { sctp } from './sctp';
import { tcp } from './tcp';
import type { TransportProtocol } from './transport';
import { udp } from './udp';

/** Every transport protocol that a session can run over, the usual one of its kind first. One line each. */
export const transports = { tcp, udp, sctp, quic } as const satisfies Record<string, TransportProtocol>;

export type TransportName = keyof typeof transports;
export const TRANSPORTS = Object.keys(transports) as [TransportName, ...TransportName[]];

/** Protocols of a kind, the usual one first. */
export function transportsOf(kind: TransportKind): readonly TransportName[] {
  return TRANSPORTS.filter((name) => transports[name].kind === kind);
}
