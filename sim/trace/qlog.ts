import type { Simulation } from '../net/simulation';
import { newQuicLogging } from '../quic/stack';
import { newTcpLogging } from '../tcp/stack';
import { QuicQlog } from './quic-qlog';
import { TcpQlog } from './tcp-qlog';
import type { OpenSink, SessionOf } from './sink';

/**
 * Writes a qlog trace for each end of each TCP and QUIC connection that comes to be in `simulation` from now on, those between
 * relays too. `sessionOf` names the session of a flow.
 */
export function logConnections(simulation: Simulation, open: OpenSink, sessionOf: SessionOf): void {
  simulation.single(newTcpLogging).add((connection) => new TcpQlog(connection, open, sessionOf));
  simulation.single(newQuicLogging).add((connection) => new QuicQlog(connection, open, sessionOf));
}
