import { noticeTo } from '../../msrp/notice';
import { MsrpWire } from '../../msrp/message';
import { MSRP_PORT, msrpUriText } from '../../msrp/uri';
import { formatIpv4 } from '../../net/addressing';
import type { Node } from '../../net/node';
import type { Announcer } from '../../relay/channel';
import type { StreamMessage } from '../../transport/byte-stream';

/** Announces a relay in sessions of MSRP: a notice to each end after the first message that it gets through the relay. */
export class MsrpAnnouncer implements Announcer {
  private readonly uri: string;
  /** Ends that were told. */
  private readonly told = new Set<string>();
  private notices = 0;

  constructor(private readonly node: Node) {
    this.uri = uriOf(node);
  }

  notice(message: StreamMessage): StreamMessage | null {
    if (!(message instanceof MsrpWire)) return null;
    const reader = message.message.toPath.at(-1)!;
    if (this.told.has(reader)) return null;
    this.told.add(reader);
    return new MsrpWire(noticeTo(reader, this.uri, this.node.name, `notice${(++this.notices).toString(36)}`));
  }

  take(message: StreamMessage): 'consent' | 'refusal' | null {
    if (!(message instanceof MsrpWire)) return null;
    const { message: answer } = message;
    if (answer.toPath[0] !== this.uri || answer.kind !== 'response') return null;
    if (answer.status === 200) return 'consent';
    // should it come here again, it is asked again
    this.told.delete(answer.fromPath[0]!);
    return 'refusal';
  }
}

/** What a relay on `node` calls itself. */
export function uriOf(node: Node): string {
  const host = formatIpv4(node.simulation.addressing.ipv4(node.address));
  return msrpUriText({ scheme: 'msrp', user: '', host, port: MSRP_PORT, session: 'relay', transport: 'tcp' });
}
