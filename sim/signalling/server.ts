import { factoryOf } from '../core/choice';
import type { Nanos } from '../core/event-queue';
import type { Node } from '../net/node';
import type { SipConfig, SipElement } from '../sip/element';
import type { Hosts } from '../sip/hosts';
import type { Routing } from '../sip/routing';
import { ProcessingQueue } from './capacity';
import type { Measured } from './measured';
import { overloadControls } from './overload';
import { OverloadAgent } from './overload-agent';
import type { ServerFields } from './params';
import { roles } from './roles';
import type { Role } from './roles/role';

export interface ServerHost {
  readonly hosts: Hosts;
  readonly config: SipConfig;
  readonly routing: Routing;
  /** Passes feedback on and holds nothing back. */
  readonly passesOn: boolean;
}

/** A signalling server on a node: what it does, what it can do, and what it does when that is too little. */
export class Server {
  private readonly role: Role;
  private readonly queue: ProcessingQueue | null = null;
  private readonly agent: OverloadAgent | null = null;
  private before = { served: 0, refused: 0, dropped: 0, busy: 0, waited: 0, heldBack: 0, sent: 0, again: 0 };

  constructor(
    readonly node: Node,
    fields: ServerFields,
    { hosts, config, routing, passesOn }: ServerHost,
  ) {
    this.role = factoryOf(roles, fields.role)({ node, hosts, config, routing });
    const { element } = this;
    if (fields.capacity === undefined) return;
    const random = node.simulation.random.stream(`server:${node.name}`);
    const control = factoryOf(overloadControls, fields.control)();
    const receiver = control.receiver();
    const deliver = element.endpoint.receiver;
    this.queue = new ProcessingQueue(element, fields.capacity, receiver, random, deliver);
    element.endpoint.receiver = (message, back) => this.queue!.offer(message, back);
    if (fields.control.name === 'none') return;
    this.agent = new OverloadAgent(control, receiver, element.events, { random }, passesOn);
    element.setOverload(this.agent);
  }

  /** Messages that wait for the processor, or are in it; 0 where it has no capacity of its own. */
  get waiting(): number {
    return this.queue?.length ?? 0;
  }

  get element(): SipElement {
    return this.role.element;
  }

  /** Measuring begins. */
  begin(): void {
    this.before = this.counts();
  }

  metrics(span: Nanos): Measured[] {
    const now = this.counts();
    const { before } = this;
    const flow = this.node.name;
    const row = (metric: string, value: number, unit = ''): Measured => ({ flow, metric, unit, value });
    const rows = [
      row('sipSent', now.sent - before.sent),
      row('sipRetransmissions', now.again - before.again),
      row('transactions', this.element.layer.size),
      ...(this.role.metrics?.() ?? []).map((found) => ({ flow, ...found })),
    ];
    if (this.queue === null) return rows;
    const served = now.served - before.served;
    return [
      ...rows,
      row('sipServed', served),
      row('sipRefused', now.refused - before.refused),
      row('sipDropped', now.dropped - before.dropped),
      row('sipHeldBack', now.heldBack - before.heldBack),
      row('occupancy', Math.min(1, (now.busy - before.busy) / span)),
      row('sipWait', served === 0 ? 0 : (now.waited - before.waited) / served / 1e9, 's'),
    ];
  }

  private counts() {
    const { queue, agent, element } = this;
    return {
      served: queue?.served ?? 0,
      refused: queue?.refused ?? 0,
      dropped: queue?.dropped ?? 0,
      busy: queue?.busy ?? 0,
      waited: queue?.waited ?? 0,
      heldBack: agent?.heldBack ?? 0,
      sent: element.endpoint.sentMessages,
      again: element.layer.retransmissions,
    };
  }
}
