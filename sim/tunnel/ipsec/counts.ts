import type { Nanos } from '../../core/event-queue';
import type { TunnelMetric } from '../tunnel';

/** What a tunnel costs and finds, both gateways together: docs/models/tunnels.md. */
export class IpsecCounts {
  /** Packets that left the tunnel. */
  delivered = 0;
  /** Refused at the far end: numbers seen before or too old, check values that do not fit, and no such association. */
  replayed = 0;
  forged = 0;
  unknown = 0;
  /** Dropped since there was no association. */
  refused = 0;
  /** Bytes of packets that went in, and of packets around them. */
  inner = 0;
  outer = 0;
  ikeMessages = 0;
  ikeBytes = 0;
  /** Associations that the initiator has set up, replaced, and given up. */
  setups = 0;
  rekeys = 0;
  failures = 0;
  setupTime: Nanos = 0;

  metrics(): TunnelMetric[] {
    const count = (metric: string, value: number): TunnelMetric => ({ metric, unit: '', value });
    const { setups, inner } = this;
    const rows = [
      count('espPackets', this.delivered),
      count('espReplayed', this.replayed),
      count('espForged', this.forged),
      count('espUnknown', this.unknown),
      count('espRefused', this.refused),
      count('ikeSetups', setups),
      count('ikeRekeys', this.rekeys),
      count('ikeFailures', this.failures),
      count('ikeMessages', this.ikeMessages),
      { metric: 'ikeBytes', unit: 'B', value: this.ikeBytes },
    ];
    if (inner > 0) rows.push(count('espExpansion', this.outer / inner));
    if (setups > 0) rows.push({ metric: 'ikeTime', unit: 's', value: this.setupTime / setups / 1e9 });
    return rows;
  }
}
