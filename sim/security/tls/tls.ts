import type { Identity } from '../certificates';
import type { SecurityConfig } from '../config';
import type { Realm } from '../realm';
import type { ByteStream, StreamDelegate } from '../../transport/byte-stream';
import { TlsClient } from './client';
import type { TlsVersion } from './messages';
import { TlsServer } from './server';
import { TlsStream, type TlsSurroundings } from './stream';

/** TLS as one session has it: wraps streams that are opened, and streams that are accepted. */
export class Tls {
  private readonly versions: readonly TlsVersion[];

  constructor(
    private readonly config: SecurityConfig,
    private readonly realm: Realm,
    private readonly around: TlsSurroundings,
    name: string,
  ) {
    // who speaks 1.3 speaks 1.2, too
    this.versions = config.tls === '1.3' ? ['1.3', '1.2'] : ['1.2'];
    this.random = realm.random.stream(`security:${name}`);
  }

  private readonly random;

  /** A client on node `from`, to a server that has to be `to`; `open` opens what carries it. */
  client(
    from: string,
    to: string,
    delegate: StreamDelegate,
    flow: number,
    open: (delegate: StreamDelegate) => ByteStream,
  ): TlsStream {
    const { realm, config } = this;
    const stream = new TlsStream(flow, this.around, from, (layer) => {
      const identity = config.mutual ? realm.root.identityOf(from) : null;
      const tickets = config.resumption ? realm.ticketsOf(from) : null;
      return new TlsClient(layer, { ...this.common, identity, tickets, expects: to });
    });
    stream.delegate = delegate;
    return stream.attach(open(stream.ofBelow));
  }

  /** A server that is `name`, or shows another `identity`; `owner` is the host where it is. */
  server(
    name: string,
    below: ByteStream,
    accept: (stream: ByteStream) => StreamDelegate,
    identity: Identity = this.realm.root.identityOf(name),
    owner = name,
  ): StreamDelegate {
    const { realm, config } = this;
    const stream = new TlsStream(below.flow, this.around, owner, (layer) => {
      const ticketKey = config.resumption ? realm.ticketKeyOf(name) : null;
      return new TlsServer(layer, { ...this.common, identity, mutual: config.mutual, ticketKey, expects: null });
    });
    stream.delegate = accept(stream);
    stream.attach(below);
    return stream.ofBelow;
  }

  private get common() {
    const trusted = [this.realm.root, ...this.config.trust.map((name) => this.realm.authorityOf(name))];
    return { random: this.random, versions: this.versions, trusted };
  }
}
