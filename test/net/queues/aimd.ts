import { Ecn, type Packet } from '../../../sim/core/packet';
import { MS, packet, SECOND, type TestLink } from './support';

interface Feedback {
  readonly at: number;
  readonly flow: number;
  /** Lost or marked, otherwise acknowledged. */
  readonly congested: boolean;
}

class Source {
  cwnd = 2;
  inFlight = 0;
  private ssthresh = Infinity;
  private recoveredAt = 0;

  /** One round trip after the packet left the queue, or was lost in it. */
  hear({ at, congested }: Feedback, rtt: number): void {
    this.inFlight--;
    if (!congested) this.cwnd += this.cwnd < this.ssthresh ? 1 : 1 / this.cwnd;
    else if (at >= this.recoveredAt) {
      this.cwnd = Math.max(1, this.cwnd / 2);
      this.ssthresh = this.cwnd;
      this.recoveredAt = at + rtt;
    }
  }
}

/**
 * Ack-clocked sources with slow start and AIMD (1, 1/2) and no transport: what is lost or marked in the queue is known a
 * round trip later and halves the window at most once per round trip. `rtt` is without queueing.
 */
export function runAimd(
  link: TestLink,
  flows: number,
  rtt: number,
  seconds: number,
  size = 1000,
  ecn: number = Ecn.notEct,
): void {
  const { host } = link;
  const sources = Array.from({ length: flows }, () => new Source());
  const feedback: Feedback[] = sources.map((_, flow) => ({ at: flow * MS, flow, congested: false }));
  sources.forEach((source) => (source.inFlight = 1));
  let sent = 0;
  let refused = 0;
  let dropped = 0;

  const collect = () => {
    const fresh: Feedback[] = [];
    const tell = (at: number, p: Packet, congested: boolean) => fresh.push({ at: at + rtt, flow: p.flow, congested });
    for (; sent < link.sent.length; sent++) {
      const { at, p } = link.sent[sent]!;
      tell(at, p, p.ecn === Ecn.ce);
    }
    for (; refused < link.refused.length; refused++) tell(link.refused[refused]!.at, link.refused[refused]!.p, true);
    for (; dropped < host.dropped.length; dropped++) tell(host.dropped[dropped]!.at, host.dropped[dropped]!.p, true);
    feedback.push(...fresh.sort((a, b) => a.at - b.at));
  };

  for (let next = 0; next < feedback.length && feedback[next]!.at < seconds * SECOND; next++) {
    const news = feedback[next]!;
    link.run([], news.at);
    const source = sources[news.flow]!;
    source.hear(news, rtt);
    for (; source.inFlight < Math.floor(source.cwnd); source.inFlight++)
      link.offer(packet(news.flow, size, ecn), news.at);
    collect();
    // Nobody is waiting to hear: go on until something leaves the queue.
    for (let at = news.at + MS; next + 1 === feedback.length && link.queue.packets > 0; at += MS) {
      link.run([], at);
      collect();
    }
  }
}
