import { factoryOf } from '../../core/choice';
import { COMMON_HEADER, DATA_HEADER, IP_HEADER } from '../../sctp/chunks';
import { sctpCongestionControls } from '../../sctp/cc';
import { SctpTransport } from '../../sctp/transport';
import type { StreamProtocol } from './transport';

export const sctp: StreamProtocol = {
  kind: 'stream',
  summary: 'messages in the streams of an association',
  reference: 'RFC 9260, RFC 6525',
  packet({ sctp }) {
    const headers = IP_HEADER + COMMON_HEADER + DATA_HEADER;
    return { payload: (sctp.pmtu - headers) & ~3, headers };
  },
  transportOf({ sctp }, buffer) {
    const { congestionControl, multiplex, ...config } = sctp;
    const options = {
      config: buffer === undefined ? config : { ...config, sendBuffer: buffer, receiveBuffer: buffer },
      congestionControl: factoryOf(sctpCongestionControls, congestionControl),
    };
    return new SctpTransport(options, multiplex);
  },
};
