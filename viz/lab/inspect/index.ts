import type { LiveRun } from '../../../sim/run/live-run';
import type { Section, Target } from '../protocol';
import { ofSession } from './connections';
import type { FollowedPacket } from './followed-packet';
import { ofLink, ofQueue } from './links';
import { ofNode } from './nodes';

/** What there is to know about a part of a run. `followed` is the packet that is looked at, if one is. */
export function inspect(run: LiveRun, { kind, index }: Target, followed: FollowedPacket | null): readonly Section[] {
  switch (kind) {
    case 'packet':
      return followed === null ? [] : followed.sections();
    case 'link':
      return ofLink(run.links[index]!, run);
    case 'queue':
      return ofQueue(run.links[index]!, run);
    case 'session':
      return ofSession(run.sessions[index]!);
    case 'node':
      return ofNode(run.simulation.nodes[index]!, run);
  }
}
