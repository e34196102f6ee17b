import type { Behaviour } from '../middlebox/params';
import type { BindingAnswer, StunClient } from './client';
import { isSame, type TransportAddress } from './packet';
import { Change } from './server';

/** Outcomes of the decision tree of RFC 3489 section 10.1. */
export type NatType =
  | 'UDP blocked'
  | 'open Internet'
  | 'symmetric UDP firewall'
  | 'full cone'
  | 'symmetric'
  | 'restricted cone'
  | 'port restricted cone';

type Answer = (answer: BindingAnswer | null) => void;

/** Finds out the type of the translator before `client` (RFC 3489 section 10.1, figure 2). */
export function discoverType(client: StunClient, server: TransportAddress, onEnd: (type: NatType) => void): void {
  const test1 = (to: TransportAddress, then: Answer) => client.bind(to, 0, then);
  const test2 = (then: Answer) => client.bind(server, Change.address | Change.port, then);
  const test3 = (then: Answer) => client.bind(server, Change.port, then);
  test1(server, (first) => {
    if (first === null) onEnd('UDP blocked');
    else if (isSame(first.mapped, client.local)) {
      test2((answer) => onEnd(answer === null ? 'symmetric UDP firewall' : 'open Internet'));
    } else {
      test2((answer) => {
        if (answer !== null) onEnd('full cone');
        else if (first.other === null) onEnd('port restricted cone');
        else {
          test1(first.other, (again) => {
            if (again === null || !isSame(again.mapped, first.mapped)) onEnd('symmetric');
            else test3((third) => onEnd(third === null ? 'port restricted cone' : 'restricted cone'));
          });
        }
      });
    }
  });
}

/** What RFC 5780 section 4.3 finds out about mapping. 'none': there is no translator. */
export function discoverMapping(
  client: StunClient,
  server: TransportAddress,
  onEnd: (mapping: Behaviour | 'none' | null) => void,
): void {
  client.bind(server, 0, (first) => {
    if (first?.other == null) return onEnd(null);
    if (isSame(first.mapped, client.local)) return onEnd('none');
    const { other } = first;
    client.bind({ address: other.address, port: server.port }, 0, (second) => {
      if (second === null) return onEnd(null);
      if (isSame(second.mapped, first.mapped)) return onEnd('endpoint-independent');
      client.bind(other, 0, (third) => {
        if (third === null) return onEnd(null);
        onEnd(isSame(third.mapped, second.mapped) ? 'address-dependent' : 'address-and-port-dependent');
      });
    });
  });
}

/** What RFC 5780 section 4.4 finds out about filtering. */
export function discoverFiltering(
  client: StunClient,
  server: TransportAddress,
  onEnd: (filtering: Behaviour | null) => void,
): void {
  client.bind(server, 0, (first) => {
    if (first === null) return onEnd(null);
    client.bind(server, Change.address | Change.port, (second) => {
      if (second !== null) return onEnd('endpoint-independent');
      client.bind(server, Change.port, (third) =>
        onEnd(third === null ? 'address-and-port-dependent' : 'address-dependent'),
      );
    });
  });
}
