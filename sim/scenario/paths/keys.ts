import type { AppMetric } from '../../apps/app';
import { Durations } from '../../apps/samples';
import type { Nanos } from '../../core/event-queue';
import { formatIpv4 } from '../../net/addressing';
import type { Node } from '../../net/node';
import { type Asker, DIRECTORY_PORT, KeyDirectory, type KeyObserver, KeyRing } from '../../security/key-directory';
import type { Realm } from '../../security/realm';
import { TcpTransport } from '../../tcp/transport';
import type { RunningSession } from '../running-session';
import { tcpOptions } from '../transports/tcp';
import type { Site } from './site';

/** Calls `then` when the certificates of those names are there. */
export type Obtain = (subjects: readonly string[], then: () => void) => void;

/** How the host `node` gets certificates that it needs in `session`: from a directory, or it has them all. */
export function keysAt(site: Site, session: RunningSession, node: Node, realm: Realm): Obtain {
  const { directory: name } = session.spec.security;
  const directory = name === '' ? node : site.node(name);
  if (directory === node) return (_, then) => then();
  // a request is not to wait for the ACK of the SYN's answer, nor the end of an answer for that of its beginning
  const over = new TcpTransport(tcpOptions({ tcp: { ...session.spec.transport.tcp, nagle: false } }));
  layDirectory(site, directory, over);
  const { simulation } = site;
  const host = formatIpv4(simulation.addressing.ipv4(directory.address));
  const ring = site.share(`keys:${directory.name}:${node.name}`, () => new KeyRing(simulation.events, host));
  const asker: Asker = {
    realm,
    observer: meterOf(site, session),
    open: (delegate) => over.connect(node, directory.address, DIRECTORY_PORT, delegate, session.flow),
  };
  return (subjects, then) => ring.obtain(subjects, asker, then);
}

/** One for all who ask there. */
function layDirectory(site: Site, node: Node, over: TcpTransport): void {
  site.share(`directory:${node.name}`, () => {
    const process = new KeyDirectory();
    const listening = {
      start: () => over.listen(node, DIRECTORY_PORT, (stream) => process.accept(stream)),
      stop: () => over.unlisten(node, DIRECTORY_PORT),
    };
    listening.start();
    site.processes.push({ node, process, listening });
    return process;
  });
}

/** What certificates cost a session, from the beginning of the run. */
class KeyMeter implements KeyObserver {
  private bytes = 0;
  private readonly times = new Durations();

  onFetched(bytes: number, time: Nanos): void {
    this.bytes += bytes;
    this.times.add(time);
  }

  metrics(): AppMetric[] {
    return [
      { metric: 'keyFetches', unit: '', value: this.times.count },
      { metric: 'keyFetchBytes', unit: 'B', value: this.bytes },
      ...this.times.metrics('keyFetchTime'),
    ];
  }
}

function meterOf(site: Site, session: RunningSession): KeyMeter {
  return site.share(`key-meter:${session.spec.name}`, () => {
    const meter = new KeyMeter();
    session.findings.push(() => meter.metrics());
    return meter;
  });
}
