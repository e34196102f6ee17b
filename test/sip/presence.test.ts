import assert from 'node:assert/strict';
import { EVENT, headerOf, pidfOf, SUBSCRIPTION_STATE, versionOf } from '../../sim/sip/events';
import type { SipMessage } from '../../sim/sip/message';
import { Proxy } from '../../sim/sip/proxy';
import { LocationService } from '../../sim/sip/location';
import { sipUri } from '../../sim/sip/uri';
import { UserAgents } from '../../sim/sip/user-agent';
import { trapezoidText } from '../signalling/trapezoid-text';
import { assertNear, metricOf, runText } from '../support/scenario';
import { CONFIG, star } from '../support/trapezoid';

const BOB = sipUri('bob', 'biloxi.com');

/** A watcher, the presence agent of biloxi.com and a presentity; every message is written down. */
function agency(lose?: (n: number) => boolean) {
  const { simulation, hosts, nodes, tap } = star(['alice', 'biloxi', 'bob'], lose);
  const [alice, biloxi, bob] = nodes;
  hosts.name('biloxi.com', biloxi!);
  const routing = { domains: new Set(['biloxi.com']), location: new LocationService(simulation.events), next: null };
  const agent = new Proxy(biloxi!, hosts, CONFIG, routing, false, true);
  const watchers = new UserAgents(alice!, hosts, CONFIG);
  const presentities = new UserAgents(bob!, hosts, CONFIG);
  const sent: SipMessage[] = [];
  for (const element of [agent.element, watchers.element, presentities.element]) {
    element.endpoint.tap = {
      onSend: (message, ...more) => (sent.push(message), tap.onSend(message, ...more)),
      onArrive: () => undefined,
    };
  }
  const told: string[] = [];
  const ended: number[] = [];
  return {
    simulation,
    tap,
    sent,
    agent: agent.presence!,
    watcher: watchers.addUser('alice', 'biloxi.com', null),
    presentity: presentities.addUser('bob', 'biloxi.com', null),
    handler: {
      onNotify: ({ body }: { body: string }) => told.push(`${/<basic>(\w+)</.exec(body)![1]} ${versionOf(body)}`),
      onEnd: (status: number) => ended.push(status),
    },
    told,
    ended,
  };
}

const at = (version: number) => pidfOf('sip:bob@biloxi.com', version % 2 === 1 ? 'open' : 'closed', version);

describe('presence (RFC 3856)', () => {
  it('SUBSCRIBE is answered by 200 and by NOTIFY at once, each PUBLISH by 200 and a NOTIFY (RFC 6665, RFC 3903)', () => {
    const net = agency();
    net.watcher.watch(BOB, 600, net.handler);
    net.simulation.run(1e9);
    net.presentity.publish(at(1), 600);
    net.simulation.run(2e9);
    net.presentity.publish(at(2), 600);
    net.simulation.run(3e9);
    const round = ['bob>biloxi PUBLISH', 'biloxi>bob 200 PUBLISH', 'biloxi>alice NOTIFY', 'alice>biloxi 200 NOTIFY'];
    const begin = ['alice>biloxi SUBSCRIBE', 'biloxi>alice 200 SUBSCRIBE', 'biloxi>alice NOTIFY', 'alice>biloxi 200 NOTIFY']; // prettier-ignore
    assert.deepEqual(net.tap.log, [...begin, ...round, ...round]);
    assert.deepEqual(net.told, ['closed 0', 'open 1', 'closed 2']);
    const notifies = net.sent.filter((m) => m.kind === 'request' && m.method === 'NOTIFY');
    assert.deepEqual(
      notifies.map((m) => headerOf(m, EVENT)),
      ['presence', 'presence', 'presence'],
    );
    assert.match(headerOf(notifies[0]!, SUBSCRIPTION_STATE)!, /^active;expires=600$/);
    assert.deepEqual(
      notifies.map(({ cseq }) => cseq.number),
      [1, 2, 3],
    );
  });

  it('a second PUBLISH names the first by its entity-tag; one that nobody knows is refused with 412 (RFC 3903 section 6)', () => {
    const net = agency();
    const statuses: number[] = [];
    const publish = (version: number, expires: number) => {
      net.presentity.publish(at(version), expires, (status) => statuses.push(status));
      net.simulation.run(net.simulation.events.now + 2e9);
    };
    publish(1, 600);
    publish(2, 1);
    publish(3, 600);
    publish(4, 600);
    const publishes = net.sent.filter((m) => m.kind === 'request' && m.method === 'PUBLISH');
    const tags = net.sent.filter((m) => m.kind === 'response').map((m) => headerOf(m, 'SIP-ETag'));
    // the second has expired when the third comes
    assert.deepEqual(statuses, [200, 200, 412, 200]);
    assert.deepEqual(publishes.map((m) => headerOf(m, 'SIP-If-Match')), [undefined, tags[0], tags[1], undefined]); // prettier-ignore
  });

  it('a watcher refreshes its subscription within its dialog, and learns nothing new by it', () => {
    const net = agency();
    net.presentity.publish(at(1), 3600);
    net.simulation.run(1e9);
    net.watcher.watch(BOB, 100, net.handler);
    net.simulation.run(250e9);
    const subscribes = net.sent.filter((m) => m.kind === 'request' && m.method === 'SUBSCRIBE');
    assert.deepEqual(
      subscribes.map(({ cseq }) => cseq.number),
      [1, 2, 3],
    );
    assert.equal(new Set(subscribes.map(({ callId }) => callId)).size, 1);
    assert.deepEqual(net.told, ['open 1', 'open 1', 'open 1']);
    assert.equal(net.agent.size, 1);
  });

  it('a watcher who is gone is forgotten: no answer to NOTIFY for 64 T1 (RFC 6665 section 4.2.2)', () => {
    let gone = false;
    const net = agency(() => gone && net.tap.log.at(-1)!.startsWith('alice'));
    net.watcher.watch(BOB, 3600, net.handler);
    net.simulation.run(1e9);
    gone = true;
    net.presentity.publish(at(1), 3600);
    net.simulation.run(60e9);
    assert.equal(net.agent.size, 0);
  });

  it('an event that is not known is refused with 489 and those that are (RFC 6665 section 4.2.1.1)', () => {
    const net = agency();
    net.watcher.watch(BOB, 600, net.handler);
    net.simulation.run(1e9);
    const [subscribe] = net.sent;
    if (subscribe?.kind !== 'request') throw new Error('expected a SUBSCRIBE');
    const other = { ...subscribe, others: [{ name: EVENT, value: 'dialog' }] };
    const answers: SipMessage[] = [];
    net.agent.take(other, { respond: (answer: SipMessage) => answers.push(answer) } as never);
    const [answer] = answers;
    assert.equal(answer?.kind === 'response' ? answer.status : 0, 489);
    assert.equal(headerOf(answer!, 'Allow-Events'), 'presence');
  });
});

describe('the application presence', () => {
  const text = (more = '') => trapezoidText(`presence: { users: 10, watched: 3, every: 10 s, spread: 5 s${more} }`, { role: '{ proxy: { recordRoute: false, presence: true } }' }); // prettier-ignore

  it('tells each change to every watcher, in the time of the links and the servers', () => {
    const reply = runText(text());
    assert.equal(metricOf(reply, 'A', 'subscriptions'), 30);
    assert.equal(metricOf(reply, 'A', 'subscriptionsFailed') + metricOf(reply, 'A', 'publicationsFailed'), 0);
    const [published, notified] = ['publications', 'notifications'].map((metric) => metricOf(reply, 'A', metric));
    // three watchers each; a NOTIFY for each SUBSCRIBE, and first states that were there before somebody watched
    assert.ok(notified! > 3 * published! - 30 && notified! <= 3 * published! + 30, `${published} and ${notified}`);
    // bob to biloxi, 2 ms there, and three links back
    assertNear(metricOf(reply, 'A', 'notifyDelayP50'), 0.005 + 0.002 + 0.025, 0.2);
  });

  it('loads the server of the domain: an hour of it would be as many messages as its capacity says', () => {
    const reply = runText(text());
    const [published, notified] = ['publications', 'notifications'].map((metric) => metricOf(reply, 'A', metric));
    // PUBLISH and SUBSCRIBE come in, and an answer to each NOTIFY
    assert.ok(Math.abs(metricOf(reply, 'biloxi', 'sipServed') - (published! + 30 + notified!)) <= 3);
  });

  it('has no subscriptions where no server is a presence agent', () => {
    const reply = runText(text().replace(', presence: true', ''));
    assert.equal(metricOf(reply, 'A', 'subscriptions'), 0);
    assert.equal(metricOf(reply, 'A', 'subscriptionsFailed'), 30);
  });
});
