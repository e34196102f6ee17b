import { factoryOf } from '../../core/choice';
import { congestionControls } from '../../tcp/cc';
import { IP_HEADER, TCP_HEADER, TIMESTAMPS_LENGTH } from '../../tcp/segment';
import type { TcpOptions } from '../../tcp/stack';
import { TcpTransport } from '../../tcp/transport';
import type { StreamProtocol, TransportSettings } from './transport';

export const tcp: StreamProtocol = {
  kind: 'stream',
  summary: 'a connection for each stream',
  reference: 'RFC 9293',
  packet({ tcp }) {
    const options = tcp.timestamps ? TIMESTAMPS_LENGTH : 0;
    return { payload: tcp.mss - options, headers: IP_HEADER + TCP_HEADER + options };
  },
  transportOf: (settings, buffer) => new TcpTransport(tcpOptions(settings, buffer)),
};

/** Parameters of an endpoint as a session has them; `buffer` in place of both of its buffers. */
export function tcpOptions({ tcp }: Pick<TransportSettings, 'tcp'>, buffer?: number): TcpOptions {
  const { congestionControl, ...config } = tcp;
  return {
    config: buffer === undefined ? config : { ...config, sendBuffer: buffer, receiveBuffer: buffer },
    congestionControl: factoryOf(congestionControls, congestionControl),
  };
}
