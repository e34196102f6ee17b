import type { Simulation } from '../net/simulation';

/**
 * What no run may break: every packet that a link took is delivered, dropped for a reason, or still inside; every packet
 * that exists is inside a link; no link carried more than its rate allows. Throws an `Error` that names the culprit.
 */
export function checkPhysics(simulation: Simulation): void {
  let inside = 0;
  for (const link of simulation.links) {
    const { sentPackets, duplicatedPackets, deliveredPackets, droppedPackets, heldPackets } = link;
    if (sentPackets + duplicatedPackets !== deliveredPackets + droppedPackets + heldPackets) {
      throw new Error(
        `link ${link.name} lost count: ${sentPackets} sent + ${duplicatedPackets} duplicated, ` +
          `${deliveredPackets} delivered + ${droppedPackets} dropped + ${heldPackets} inside`,
      );
    }
    inside += heldPackets;
    const most = link.capacityBytes;
    if (link.transmittedBytes > most * (1 + 1e-9) + 1) {
      throw new Error(`link ${link.name} carried ${link.transmittedBytes} bytes where its rate allows ${most}`);
    }
  }
  if (inside !== simulation.pool.live) {
    throw new Error(`${simulation.pool.live} packets are in use, ${inside} of them in links`);
  }
}
