import { choice, duration, flag, integer } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';
import { oversizeParam } from '../fragments';
import { tunnelParams } from '../tunnel';
import { ESP_SUITES } from './suites';

export const ipsecParams = {
  cipher: choice(
    'what protects packets: RFC 4106, 7634, 3602 with 4868, or integrity alone (2410)',
    ESP_SUITES,
    'aes-gcm',
  ),
  encapsulation: choice(
    'ESP in UDP (RFC 3948): where the gateways find a translator between them, always, or never',
    ['auto', 'always', 'never'],
    'auto',
  ),
  replayWindow: integer(
    'sequence numbers that the receiver remembers (RFC 4303 section 3.4.3); 0: replays pass',
    64,
    0,
    65536,
  ),
  held: integer('packets that wait at a gateway for the association; 0: dropped before it is there', 64, 0, 1_000_000),
  retransmit: duration('until a request of IKE is sent again; it doubles', '500 ms'),
  tries: integer('times that a request is sent before the other gateway is given up', 7, 1, 30),
  rekey: duration('until an association is replaced by a new one; 0: never', '0 s'),
  liveness: duration('without an answer, until the other gateway is asked whether it is there; 0: never', '30 s'),
  keepalive: duration('without traffic, until what keeps a translator open (RFC 3948 section 4)', '20 s'),
  mtu: tunnelParams.mtu,
  mssClamp: tunnelParams.mssClamp,
  oversize: oversizeParam,
  shared: flag('one tunnel for all sessions between the same nodes with the same settings, else one for each', true),
};

export type IpsecParams = ParamsOf<typeof ipsecParams>;
