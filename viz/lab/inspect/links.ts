import { formatDuration, formatRate } from '../../../sim/core/units';
import type { Link } from '../../../sim/net/link';
import type { LiveRun } from '../../../sim/run/live-run';
import { networkOf } from '../../../sim/scenario/network';
import type { Section } from '../protocol';
import { bytes, count, drops, span } from './text';

export function ofLink(link: Link, run: LiveRun): Section[] {
  let onWire = 0;
  link.visitWire(() => onWire++);
  const utilisation = run.now === 0 ? 0 : link.transmittedBytes / link.capacityBytes;
  return [
    {
      title: `Link ${link.name}`,
      facts: [
        { name: 'rate', value: formatRate(link.rate) },
        { name: 'propagation delay', value: formatDuration(link.delay) },
        { name: 'on the wire', value: count(onWire, 'packet') },
        { name: 'waiting', value: waiting(link) },
        { name: 'transmitted', value: `${count(link.transmittedPackets, 'packet')}, ${bytes(link.transmittedBytes)}` },
        { name: 'utilisation so far', value: `${(100 * utilisation).toFixed(1)} %` },
        { name: 'dropped', value: drops(link.drops) },
        { name: 'marked (ECN)', value: count(link.markedPackets, 'packet') },
      ],
    },
  ];
}

export function ofQueue(link: Link, run: LiveRun): Section[] {
  return [
    {
      title: `Queue of ${link.name}`,
      facts: [
        { name: 'discipline', value: disciplineOf(link, run) },
        { name: 'waiting', value: waiting(link) },
        { name: 'that takes', value: span(link.serialisation(link.queuedBytes)) },
        { name: 'taken in', value: count(link.acceptedPackets, 'packet') },
        { name: 'dropped', value: drops(link.drops) },
        { name: 'marked (ECN)', value: count(link.markedPackets, 'packet') },
      ],
    },
  ];
}

const waiting = (link: Link): string => `${count(link.queuedPackets, 'packet')}, ${bytes(link.queuedBytes)}`;

/** The discipline with what the scenario sets of it, as it was parsed. */
function disciplineOf({ from, to }: Link, { scenario }: LiveRun): string {
  for (const link of networkOf(scenario.network).links) {
    const isThere = link.from === from.name && link.to === to.name;
    if (!isThere && (link.from !== to.name || link.to !== from.name)) continue;
    const { name, params } = isThere ? link.queue : (link.back?.queue ?? link.queue);
    const limit = params['limit'] as { readonly value: number; readonly unit: string } | undefined;
    return limit?.unit === undefined ? name : `${name}, at most ${limitText(limit)}`;
  }
  return '';
}

function limitText({ value, unit }: { readonly value: number; readonly unit: string }): string {
  if (unit === 'nanoseconds') return formatDuration(value);
  return unit === 'bytes' ? bytes(value) : `${value} ${unit === 'bdp' ? 'BDP' : unit}`;
}
