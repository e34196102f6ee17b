import { factoryOf } from '../../core/choice';
import { QuicTransport } from '../../quic/transport';
import { IP_UDP_OVERHEAD, shortHeader, streamFrameHeader, TAG } from '../../quic/wire-size';
import { congestionControls } from '../../tcp/cc';
import type { StreamProtocol } from './transport';

/** Of a flow that is some megabytes old: its packet numbers take two bytes, its offsets four. */
const PACKET_NUMBER = 2;
const OFFSET = 2 ** 20;

export const quic: StreamProtocol = {
  kind: 'stream',
  summary: 'streams of a connection over UDP, none waiting for another',
  reference: 'RFC 9000, RFC 9002',
  packet({ quic }) {
    const within = shortHeader(quic.connectionIdLength, PACKET_NUMBER) + TAG + streamFrameHeader(0, OFFSET);
    return { payload: quic.maxDatagramSize - within, headers: IP_UDP_OVERHEAD + within };
  },
  transportOf({ quic }, buffer) {
    const { congestionControl, multiplex, ...config } = quic;
    const sized = { ...config, sendBuffer: buffer, maxStreamData: buffer, maxData: buffer } as typeof config;
    const options = {
      config: buffer === undefined ? config : sized,
      congestionControl: factoryOf(congestionControls, congestionControl),
    };
    return new QuicTransport(options, multiplex);
  },
};
