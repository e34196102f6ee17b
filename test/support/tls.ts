import { fields } from '../../sim/core/choice';
import type { Simulation } from '../../sim/net/simulation';
import { type SecurityConfig, securityParams } from '../../sim/security/config';
import { Realm } from '../../sim/security/realm';
import type { AlertName } from '../../sim/security/tls/alert';
import { newKeyLog } from '../../sim/security/tls/key-log';
import type { TlsVersion } from '../../sim/security/tls/messages';
import { Tls } from '../../sim/security/tls/tls';
import { newContentWatching } from '../../sim/transport/content-watching';

/** What both ends of the connections found. */
export interface TlsLog {
  readonly handshakes: { readonly time: number; readonly bytes: number; readonly version: TlsVersion; readonly resumed: boolean }[]; // prettier-ignore
  readonly alerts: AlertName[];
}

/** TLS in a simulation of its own, with what it tells. */
export function tlsIn(simulation: Simulation, changes: Partial<SecurityConfig> = {}) {
  const config: SecurityConfig = { ...fields(securityParams).parse({}), tls: '1.3', ...changes };
  const realm = new Realm(simulation.random, config.certificate, config.chain);
  const log: TlsLog = { handshakes: [], alerts: [] };
  const observer = {
    onHandshake: (time: number, bytes: number, version: TlsVersion, resumed: boolean) =>
      void log.handshakes.push({ time, bytes, version, resumed }),
    onAlert: (alert: AlertName) => void log.alerts.push(alert),
  };
  const watching = simulation.single(newContentWatching);
  const around = { events: simulation.events, keyLog: simulation.single(newKeyLog), observer, watching };
  return { tls: new Tls(config, realm, around, 'test'), realm, config, log };
}
