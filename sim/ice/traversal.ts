import { type Nanos, Timer } from '../core/event-queue';
import type { Node } from '../net/node';
import type { UdpDelegate } from '../udp/socket';
import { IceAgent, type IceOptions } from './agent';

export interface TraversalEnd {
  readonly node: Node;
  readonly delegate: UdpDelegate;
}

/** Two agents, and the offer and answer between them. */
export class Traversal {
  readonly offerer: IceAgent;
  readonly answerer: IceAgent;
  startedAt: Nanos = -1;
  /** When both ends could send; -1 before. */
  connectedAt: Nanos = -1;
  private readonly node: Node;

  constructor(
    offerer: TraversalEnd,
    answerer: TraversalEnd,
    options: IceOptions,
    private readonly signalling: Nanos,
    flow: number,
    name: string,
  ) {
    this.node = offerer.node;
    const agent = ({ node, delegate }: TraversalEnd, isOfferer: boolean): IceAgent => {
      const random = node.simulation.random.stream(`ice:${name}/${isOfferer ? 'offerer' : 'answerer'}`);
      return new IceAgent(node, isOfferer, options, random, delegate, flow);
    };
    this.offerer = agent(offerer, true);
    this.answerer = agent(answerer, false);
  }

  start(onConnected: () => void): void {
    const { offerer, answerer } = this;
    this.startedAt = this.now;
    offerer.onSelected = answerer.onSelected = () => {
      if (offerer.selected === null || answerer.selected === null || this.connectedAt >= 0) return;
      this.connectedAt = this.now;
      onConnected();
    };
    offerer.gather(() =>
      this.later(() =>
        answerer.gather(() => {
          this.later(() => offerer.start(answerer.description));
          answerer.start(offerer.description);
        }),
      ),
    );
  }

  /** What lies between the ends: nothing, translators, or a TURN server. Null before they are connected. */
  get kind(): 'direct' | 'reflexive' | 'relayed' | null {
    const pairs = [this.offerer.selected, this.answerer.selected];
    if (this.connectedAt < 0 || pairs.includes(null)) return null;
    if (pairs.some((pair) => pair!.isRelayed)) return 'relayed';
    return pairs.every((pair) => pair!.remoteType === 'host') ? 'direct' : 'reflexive';
  }

  private get now(): Nanos {
    return this.node.simulation.events.now;
  }

  private later(then: () => void): void {
    const timer = new Timer(this.node.simulation.events, () => {
      timer.release();
      then();
    });
    timer.arm(this.now + this.signalling);
  }
}
