import { ipsecTunnel } from './ipsec';
import { tcpTunnel } from './tcp';
import { udpTunnel } from './udp';

/** Every kind of tunnel a scenario can name. One line each. */
export const tunnels = { udp: udpTunnel, tcp: tcpTunnel, ipsec: ipsecTunnel } as const;
