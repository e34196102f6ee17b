import { Ecn } from '../../../sim/core/packet';
import { packet, SECOND, type TestLink } from './support';

/**
 * `flows` sources that react as congestion avoidance does, without a transport: each sends w packets per round trip, one
 * more in the next, or half as many when one of them was refused, dropped or marked. The round trip has constant length.
 */
export function runAimd(link: TestLink, flows: number, rtt: number, seconds: number, size = 1000): void {
  const window = new Array<number>(flows).fill(1);
  const { host } = link;
  let refused = 0;
  let dropped = 0;
  let marked = 0;
  for (let start = 0; start < seconds * SECOND; start += rtt) {
    const due: { at: number; flow: number }[] = [];
    window.forEach((w, flow) => {
      const offset = (flow * rtt) / flows / w;
      for (let i = 0; i < Math.floor(w); i++) due.push({ at: Math.round(start + offset + (i * rtt) / w), flow });
    });
    due.sort((a, b) => a.at - b.at);
    for (const { at, flow } of due) {
      link.run([], at);
      link.offer(packet(flow, size, Ecn.notEct), at);
    }
    const hurt = new Set<number>();
    for (; refused < link.refused.length; refused++) hurt.add(link.refused[refused]!.p.flow);
    for (; dropped < host.dropped.length; dropped++) hurt.add(host.dropped[dropped]!.p.flow);
    for (; marked < host.marks.length; marked++) hurt.add(host.marks[marked]!.p.flow);
    window.forEach((w, flow) => (window[flow] = hurt.has(flow) ? Math.max(1, w / 2) : w + 1));
  }
}
