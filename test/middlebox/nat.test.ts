import assert from 'node:assert/strict';
import { Flag, Protocol } from '../../sim/core/packet';
import { errorIn, IcmpError } from '../../sim/net/icmp';
import { MS, SECOND } from '../support/network';
import { type Arrival, type End, NatLab } from '../support/nat-lab';

const MINUTE = 60 * SECOND;
const { syn, ack, fin, rst } = Flag;

/** Ports that successive inside ports of a host get towards s. */
function portsOf(lab: NatLab, host: string, ports: readonly number[]): number[] {
  return ports.map((port) => lab.publicEnd(host, port, lab.at('s', 80)).port);
}

describe('RFC 4787 section 4.2: port assignment', () => {
  it('4.2.1: preservation keeps a port that is free and takes the next free one otherwise', () => {
    const lab = new NatLab('nat', { ports: 'preservation' });
    assert.deepEqual(portsOf(lab, 'a', [5000]), [5000]);
    assert.deepEqual(portsOf(lab, 'b', [5000, 5001]), [5001, 5002]);
  });

  it('4.2.1: overloading gives two hosts one port, and answers find the host that asked', () => {
    const lab = new NatLab('symmetric', { ports: 'overloading' });
    const a = lab.publicEnd('a', 5000, lab.at('s', 80));
    const b = lab.publicEnd('b', 5000, lab.at('t', 80));
    assert.deepEqual(a, b);
    assert.equal(lab.send('s', 80, a)!.node, 'a');
    assert.equal(lab.send('t', 80, b)!.node, 'b');
  });

  it('4.2.1: overloading breaks when both hosts speak to the same end: the newer mapping wins', () => {
    const lab = new NatLab('full-cone', { ports: 'overloading' });
    const end = lab.publicEnd('a', 5000, lab.at('s', 80));
    lab.publicEnd('b', 5000, lab.at('s', 80));
    assert.equal(lab.send('s', 80, end)!.node, 'b');
  });

  it('sequential ports follow each other and wrap at the end of the range', () => {
    const lab = new NatLab('nat', { ports: 'sequential', firstPort: 2000, lastPort: 2002 });
    assert.deepEqual(portsOf(lab, 'a', [7, 8, 9]), [2000, 2001, 2002]);
    lab.wait(10 * MINUTE);
    assert.deepEqual(portsOf(lab, 'a', [10]), [2000]);
  });

  it('RFC 6056: random ports lie in the range, differ, and repeat with the seed', () => {
    const draw = () =>
      portsOf(new NatLab('nat', { ports: 'random', firstPort: 3000, lastPort: 3999 }), 'a', [1, 2, 3, 4]);
    const ports = draw();
    assert.ok(ports.every((port) => port >= 3000 && port <= 3999));
    assert.equal(new Set(ports).size, 4);
    assert.notDeepEqual(
      ports,
      [...ports].sort((x, y) => x - y),
    );
    assert.deepEqual(draw(), ports);
  });

  it('4.2.2: parity keeps even ports even and odd ones odd', () => {
    const lab = new NatLab('nat', { ports: 'random', parity: true });
    for (const [i, port] of portsOf(lab, 'a', [10, 11, 12, 13, 14, 15]).entries()) assert.equal(port % 2, i % 2);
  });

  it('4.2.3: contiguity keeps RTP and RTCP neighbours, whichever comes first', () => {
    const lab = new NatLab('nat', { ports: 'random', contiguity: true });
    const [rtp, rtcp] = portsOf(lab, 'a', [6000, 6001]);
    assert.equal(rtcp, rtp! + 1);
    const [later, earlier] = portsOf(lab, 'b', [6001, 6000]);
    assert.equal(later, earlier! + 1);
  });

  it('REQ-2: paired pooling gives a host one address, arbitrary pooling does not', () => {
    const addressesOf = (pooling: string) => {
      const lab = new NatLab('nat', { addresses: 2, pooling });
      return [1, 2, 3, 4].map((port) => lab.publicEnd('a', port, lab.at('s', 80)).address);
    };
    assert.equal(new Set(addressesOf('paired')).size, 1);
    assert.equal(new Set(addressesOf('arbitrary')).size, 2);
  });
});

describe('port exhaustion (RFC 6888 REQ-4 and REQ-8)', () => {
  const few = { firstPort: 2000, lastPort: 2001 };

  it('drops what has no port left, counts it, and tells the host', () => {
    const lab = new NatLab('nat', few);
    portsOf(lab, 'a', [1, 2]);
    const answer = lab.send('a', 3, lab.at('s', 80))!;
    assert.deepEqual([answer.node, answer.protocol], ['a', Protocol.icmp]);
    assert.deepEqual(
      answer.payload,
      new IcmpError(1, Protocol.udp, lab.node('a').address, 3, lab.node('s').address, 80),
    );
    assert.equal(lab.metric('exhausted'), 1);
  });

  it('says nothing when told to drop', () => {
    const lab = new NatLab('nat', { ...few, exhaustion: 'drop' });
    portsOf(lab, 'a', [1, 2]);
    assert.equal(lab.send('a', 3, lab.at('s', 80)), undefined);
  });

  it('has a port again when a mapping has ended', () => {
    const lab = new NatLab('nat', few);
    portsOf(lab, 'a', [1, 2]);
    lab.wait(6 * MINUTE);
    assert.equal(lab.send('a', 3, lab.at('s', 80))!.node, 's');
    assert.equal(lab.metric('mappings'), 1);
    assert.equal(lab.metric('mappingsPeak'), 2);
  });

  it('recycles the mapping that was idle longest', () => {
    const lab = new NatLab('full-cone', { ...few, exhaustion: 'recycle' });
    const [one, two] = portsOf(lab, 'a', [1, 2]);
    portsOf(lab, 'a', [1]);
    assert.deepEqual(portsOf(lab, 'b', [3]), [two]);
    assert.equal(lab.send('s', 80, { ...lab.publicEnd('a', 1, lab.at('s', 80)), port: one! })!.node, 'a');
  });

  it('REQ-4: limits each host apart, and all together', () => {
    const perHost = new NatLab('nat', { portsPerHost: 1 });
    portsOf(perHost, 'a', [1]);
    assert.equal(perHost.send('a', 2, perHost.at('s', 80))!.node, 'a');
    assert.deepEqual(portsOf(perHost, 'b', [2000]), [2000]);
    const together = new NatLab('nat', { maxMappings: 1 });
    portsOf(together, 'a', [1]);
    assert.equal(together.send('b', 2, together.at('s', 80))!.node, 'b');
  });
});

describe('RFC 4787 section 6: hairpinning', () => {
  const between = (hairpinning: string): { lab: NatLab; end: End; arrival: Arrival | undefined } => {
    const lab = new NatLab('full-cone', { hairpinning });
    const end = lab.publicEnd('b', 6000, lab.at('s', 80));
    return { lab, end, arrival: lab.send('a', 5000, end) };
  };

  it('none: the packet is dropped', () => {
    assert.equal(between('none').arrival, undefined);
  });

  it('REQ-9a: external source: the other host sees the public end and can answer', () => {
    const { lab, arrival, end } = between('external-source');
    assert.deepEqual([arrival!.node, arrival!.src, arrival!.dstPort], ['b', end.address, 6000]);
    const answer = lab.send('b', 6000, { address: arrival!.src, port: arrival!.srcPort })!;
    assert.deepEqual([answer.node, answer.dstPort, answer.src], ['a', 5000, end.address]);
  });

  it('internal source: the other host sees the private end', () => {
    const { lab, arrival } = between('internal-source');
    assert.deepEqual([arrival!.node, arrival!.src, arrival!.srcPort], ['b', lab.node('a').address, 5000]);
  });

  it('filters as it does for packets from outside', () => {
    const lab = new NatLab('port-restricted-cone');
    const end = lab.publicEnd('b', 6000, lab.at('s', 80));
    assert.equal(lab.send('a', 5000, end), undefined);
  });
});

describe('RFC 4787 section 4.3: UDP mapping timers', () => {
  /** Whether s still reaches a after `idle`, with traffic in one direction every 2 minutes before. */
  const livesWith = (refresh: string, by: 'a' | 's'): boolean => {
    const lab = new NatLab('full-cone', { refresh, ports: 'sequential' });
    const end = lab.publicEnd('a', 5000, lab.at('s', 80));
    for (let i = 0; i < 4; i++) {
      lab.wait(2 * MINUTE);
      if (by === 'a') lab.send('a', 5000, lab.at('s', 80));
      else lab.send('s', 80, end);
    }
    return lab.send('s', 80, end) !== undefined;
  };

  it('REQ-5: a mapping ends after 5 minutes without a packet, not before', () => {
    const lab = new NatLab('full-cone');
    const end = lab.publicEnd('a', 5000, lab.at('s', 80));
    lab.wait(5 * MINUTE - 3 * MS);
    assert.notEqual(lab.send('s', 80, end), undefined);
    lab.wait(5 * MINUTE);
    assert.equal(lab.send('s', 80, end), undefined);
  });

  it('REQ-6: packets in the refresh direction keep it, others do not', () => {
    assert.deepEqual([livesWith('outbound', 'a'), livesWith('outbound', 's')], [true, false]);
    assert.deepEqual([livesWith('inbound', 'a'), livesWith('inbound', 's')], [false, true]);
    assert.deepEqual([livesWith('both', 'a'), livesWith('both', 's')], [true, true]);
  });

  it('lets a remote end in no longer than its own session lives', () => {
    const lab = new NatLab('port-restricted-cone');
    const end = lab.publicEnd('a', 5000, lab.at('s', 80));
    lab.publicEnd('a', 5000, lab.at('t', 80));
    lab.wait(4 * MINUTE);
    lab.publicEnd('a', 5000, lab.at('t', 80));
    lab.wait(2 * MINUTE);
    assert.equal(lab.send('s', 80, end), undefined, 's was not spoken to for 6 minutes');
    assert.notEqual(lab.send('t', 80, end), undefined);
  });

  it('a keep-alive just within the timer keeps the mapping, one just beyond gets another port', () => {
    const keeps = (interval: number): boolean => {
      const lab = new NatLab('nat', { udpTimeout: '2 min', ports: 'sequential' });
      const first = lab.publicEnd('a', 5000, lab.at('s', 80));
      for (let i = 0; i < 5; i++) {
        lab.wait(interval);
        if (lab.publicEnd('a', 5000, lab.at('s', 80)).port !== first.port) return false;
      }
      return true;
    };
    assert.equal(keeps(119 * SECOND), true);
    assert.equal(keeps(121 * SECOND), false);
  });
});

describe('RFC 5382: TCP', () => {
  it('REQ-5: an established connection may be idle for 2 hours 4 minutes', () => {
    const lab = new NatLab('nat');
    const end = lab.openTcp('a', 5000, 's', 80);
    lab.wait(7440 * SECOND - 10 * MS);
    assert.notEqual(lab.tcp('s', 80, end, ack), undefined);
    lab.wait(7440 * SECOND);
    assert.equal(lab.tcp('s', 80, end, ack), undefined);
  });

  it('REQ-5: one that is being opened may be idle for 4 minutes', () => {
    const lab = new NatLab('nat');
    const end = lab.publicEnd('a', 5000, lab.at('s', 80), { protocol: Protocol.tcp, flags: syn });
    lab.wait(4 * MINUTE);
    assert.equal(lab.tcp('s', 80, end, syn | ack), undefined);
  });

  it('RFC 7857 section 2.1: closed in both directions, 4 minutes; half closed, as established', () => {
    const lab = new NatLab('nat');
    const end = lab.openTcp('a', 5000, 's', 80);
    lab.tcp('a', 5000, lab.at('s', 80), fin | ack);
    lab.wait(60 * MINUTE);
    assert.notEqual(lab.tcp('s', 80, end, fin | ack), undefined);
    assert.equal(lab.metric('mappings'), 1);
    lab.wait(4 * MINUTE);
    assert.equal(lab.metric('mappings'), 0);
  });

  it('RFC 7857 section 2.2: a RST leaves 4 minutes, unless packets follow it', () => {
    const lab = new NatLab('nat');
    const end = lab.openTcp('a', 5000, 's', 80);
    lab.tcp('s', 80, end, rst);
    lab.wait(3 * MINUTE);
    lab.tcp('a', 5000, lab.at('s', 80), ack);
    lab.wait(60 * MINUTE);
    assert.notEqual(lab.tcp('s', 80, end, rst), undefined);
    lab.wait(4 * MINUTE);
    assert.equal(lab.tcp('s', 80, end, ack), undefined);
  });

  it('section 4.2: simultaneous open passes: a SYN from outside after one from inside', () => {
    const lab = new NatLab('port-restricted-cone');
    const end = lab.publicEnd('a', 5000, lab.at('s', 80), { protocol: Protocol.tcp, flags: syn });
    assert.equal(lab.tcp('s', 80, end, syn)!.node, 'a');
  });

  it('REQ-4: an unsolicited SYN is answered by ICMP after 6 seconds', () => {
    const lab = new NatLab('port-restricted-cone');
    const end = lab.publicEnd('a', 5000, lab.at('t', 80), { protocol: Protocol.tcp, flags: syn });
    assert.equal(lab.tcp('s', 80, end, syn), undefined);
    const sentAt = lab.simulation.events.now - MS;
    lab.wait(7 * SECOND);
    const answer = lab.arrivals.at(-1)!;
    assert.deepEqual([answer.node, answer.protocol], ['s', Protocol.icmp]);
    assert.deepEqual(answer.payload, new IcmpError(3, Protocol.tcp, lab.node('s').address, 80, end.address, end.port));
    assert.ok(answer.at - sentAt > 6 * SECOND && answer.at - sentAt < 6.001 * SECOND);
  });

  it('REQ-4a: not if a SYN for the same connection comes from inside meanwhile', () => {
    const lab = new NatLab('port-restricted-cone');
    const end = lab.publicEnd('a', 5000, lab.at('t', 80), { protocol: Protocol.tcp, flags: syn });
    lab.tcp('s', 80, end, syn);
    lab.tcp('a', 5000, lab.at('s', 80), syn);
    const before = lab.arrivals.length;
    lab.wait(10 * SECOND);
    assert.equal(lab.arrivals.length, before);
  });

  it('a translator that resets unsolicited SYNs spoils simultaneous open', () => {
    const lab = new NatLab('port-restricted-cone', { unsolicitedSyn: 'reset' });
    const end = lab.publicEnd('a', 5000, lab.at('t', 80), { protocol: Protocol.tcp, flags: syn });
    const answer = lab.tcp('s', 80, end, syn)!;
    assert.deepEqual([answer.node, answer.flags, answer.src, answer.srcPort], ['s', rst | ack, end.address, end.port]);
  });
});

describe('RFC 5508: ICMP', () => {
  const echo = { protocol: Protocol.icmp };

  it('REQ-1: the identifier of a query is translated like a port, and the reply back', () => {
    const lab = new NatLab('nat', { ports: 'sequential' });
    const end = lab.publicEnd('a', 77, lab.at('s', 0), echo);
    assert.equal(end.port, 1024);
    const reply = lab.send('s', 0, end, echo)!;
    assert.deepEqual([reply.node, reply.dstPort], ['a', 77]);
  });

  it('REQ-2: a query mapping ends after 60 seconds', () => {
    const lab = new NatLab('nat');
    const end = lab.publicEnd('a', 77, lab.at('s', 0), echo);
    lab.wait(60 * SECOND);
    assert.equal(lab.send('s', 0, end, echo), undefined);
  });

  it('REQ-4: an error about a packet from inside reaches its sender, who finds its own packet in it', () => {
    const lab = new NatLab('nat', { ports: 'sequential' });
    const end = lab.publicEnd('a', 5000, lab.at('s', 80));
    const s = lab.node('s').address;
    const about = new IcmpError(3, Protocol.udp, end.address, end.port, s, 80);
    const arrival = lab.send('s', 0, { address: end.address, port: 0 }, { ...echo, payload: about })!;
    assert.deepEqual(
      [arrival.node, arrival.payload],
      ['a', about.about({ src: lab.node('a').address, srcPort: 5000 })],
    );
  });

  it('REQ-4: an error about a packet that never was is dropped', () => {
    const lab = new NatLab('nat');
    const end = lab.publicEnd('a', 5000, lab.at('s', 80));
    const about = new IcmpError(3, Protocol.udp, end.address, end.port, lab.node('t').address, 80);
    assert.equal(lab.send('s', 0, { address: end.address, port: 0 }, { ...echo, payload: about }), undefined);
  });

  it('REQ-5: an error of a host inside shows the public end outside', () => {
    const lab = new NatLab('nat', { ports: 'sequential' });
    const end = lab.publicEnd('a', 5000, lab.at('s', 80));
    const about = new IcmpError(3, Protocol.udp, lab.node('s').address, 80, lab.node('a').address, 5000);
    const arrival = lab.send('a', 0, lab.at('s', 0), { ...echo, payload: about })!;
    assert.equal(arrival.src, end.address);
    assert.deepEqual(
      errorIn({ protocol: Protocol.icmp, payload: arrival.payload } as never),
      about.about({ dst: end.address, dstPort: end.port }),
    );
  });

  it('REQ-6: an error does not end the mapping', () => {
    const lab = new NatLab('nat');
    const end = lab.publicEnd('a', 5000, lab.at('s', 80));
    const about = new IcmpError(3, Protocol.udp, end.address, end.port, lab.node('s').address, 80);
    lab.send('s', 0, { address: end.address, port: 0 }, { ...echo, payload: about });
    assert.notEqual(lab.send('s', 80, end), undefined);
  });
});

describe('restart with loss of state', () => {
  it('forgets all mappings: sessions must be opened anew from inside', () => {
    const lab = new NatLab('full-cone', { restarts: ['10 s'] });
    const end = lab.publicEnd('a', 5000, lab.at('s', 80));
    lab.wait(9 * SECOND);
    assert.notEqual(lab.send('s', 80, end), undefined);
    lab.wait(2 * SECOND);
    assert.equal(lab.send('s', 80, end), undefined);
    assert.equal(lab.metric('mappings'), 0);
    lab.publicEnd('a', 5000, lab.at('s', 80));
    assert.notEqual(lab.send('s', 80, end), undefined);
  });
});

describe('RFC 6092: stateful firewall', () => {
  it('passes packets as they are, and from outside only to who was spoken to', () => {
    const lab = new NatLab('firewall');
    assert.equal(lab.send('s', 80, lab.at('a', 5000)), undefined);
    assert.deepEqual(lab.publicEnd('a', 5000, lab.at('s', 80)), lab.at('a', 5000));
    assert.equal(lab.send('s', 80, lab.at('a', 5000))!.node, 'a');
    assert.equal(lab.send('s', 81, lab.at('a', 5000)), undefined);
    assert.equal(lab.metric('refused'), 2);
  });

  it('blocks whole protocols', () => {
    const lab = new NatLab('firewall', { blocked: ['udp'] });
    assert.equal(lab.send('a', 5000, lab.at('s', 80)), undefined);
    assert.notEqual(lab.tcp('a', 5000, lab.at('s', 80), syn), undefined);
  });
});
