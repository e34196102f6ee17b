import { factoryOf, fields } from '../core/choice';
import type { Nanos } from '../core/event-queue';
import { MIDCOM_PORT, MidcomServer } from '../midcom/server';
import type { WrittenEnd } from '../midcom/message';
import { congestionControls } from '../tcp/cc';
import { tcpParams } from '../tcp/config';
import { type TcpOptions, TcpStack } from '../tcp/stack';
import type { MiddleboxHost, NodeMiddlebox } from './middlebox';
import type { PublicEnd } from './ports';
import type { Sides } from './sides';

/** Opens an inside end, as a translator does it. */
type Open = (protocol: number, address: number, port: number, until: Nanos) => PublicEnd | null;

/** Lets agents control a translator over MIDCOM: dotted addresses of requests are read inside, those of answers outside. */
export function midcomControl(
  { node, simulation, events }: MiddleboxHost,
  time: Nanos,
  sides: Sides,
  open: Open,
): { readonly server: MidcomServer; readonly control: NodeMiddlebox['control'] & object } {
  const [reader] = sides.inside;
  const enable = ({ protocol, ipv4, port }: WrittenEnd, lifetime: Nanos): WrittenEnd | null => {
    const address = simulation.addressOf(ipv4, reader!);
    if (!sides.isInside(address)) return null;
    const end = open(protocol, address, port, events.now + lifetime);
    return end && { protocol, ipv4: simulation.addressing.ipv4(end.address), port: end.port };
  };
  const server = new MidcomServer(events, time, enable);
  const options: TcpOptions = {
    config: fields(tcpParams).parse({}),
    congestionControl: factoryOf(congestionControls, { name: 'cubic', params: {} }),
  };
  const stack = TcpStack.of(node);
  const listening = {
    start: () => stack.listen(MIDCOM_PORT, options, (stream) => server.accept(stream)),
    stop: () => stack.unlisten(MIDCOM_PORT),
  };
  listening.start();
  return { server, control: { process: server, listening } };
}
