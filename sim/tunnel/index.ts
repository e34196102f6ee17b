import { tcpTunnel } from './tcp';
import { udpTunnel } from './udp';

/** Every kind of tunnel a scenario can name. One line each. */
export const tunnels = { udp: udpTunnel, tcp: tcpTunnel } as const;
