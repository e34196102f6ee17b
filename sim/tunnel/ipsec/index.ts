import type { Packet } from '../../core/packet';
import { KEY, randomBytes } from '../../security/primitives';
import { defineTunnel, type Tunnel, type TunnelHost, type TunnelMetric } from '../tunnel';
import { IpsecCounts } from './counts';
import { Gateway } from './gateway';
import { Initiator } from './initiator';
import { type IpsecParams, ipsecParams } from './params';

/** IP in ESP, in tunnel mode (RFC 4301, RFC 4303). */
class IpsecTunnel implements Tunnel {
  private readonly counts = new IpsecCounts();
  private readonly ingress: Gateway;
  private readonly egress: Gateway;

  constructor(params: IpsecParams, { ingress, egress, flow }: TunnelHost) {
    const secret = randomBytes(ingress.simulation.random.stream(`ipsec:${ingress.name}>${egress.name}/${flow}`), KEY);
    const gateway = (node: TunnelHost['ingress']) => new Gateway(node, flow, secret, params, this.counts);
    this.ingress = gateway(ingress);
    this.egress = gateway(egress);
    new Initiator(this.ingress, egress.address);
  }

  carry(p: Packet, there: boolean): void {
    (there ? this.ingress : this.egress).carry(p);
  }

  metrics(): readonly TunnelMetric[] {
    return this.counts.metrics();
  }
}

export const ipsecTunnel = defineTunnel({
  summary: 'each packet in ESP, by associations that IKEv2 sets up when the first packet comes to the first gateway',
  reference: 'RFC 4301, RFC 4303, RFC 7296',
  params: ipsecParams,
  create: (params, host) => new IpsecTunnel(params, host),
});
