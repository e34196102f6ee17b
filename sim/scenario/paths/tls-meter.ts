import type { Nanos } from '../../core/event-queue';
import type { AppMetric } from '../../apps/app';
import type { AlertName } from '../../security/tls/alert';
import type { TlsVersion } from '../../security/tls/messages';
import type { TlsObserver } from '../../security/tls/stream';

/** Counts what the TLS of a session costs, and what it finds: docs/models/security.md. */
export class TlsMeter implements TlsObserver {
  private ends = 0;
  private resumptions = 0;
  private downgraded = 0;
  private bytes = 0;
  private time: Nanos = 0;
  private readonly alerts = new Map<AlertName, number>();

  onHandshake(time: Nanos, bytes: number, version: TlsVersion, resumed: boolean): void {
    this.ends++;
    if (resumed) this.resumptions++;
    if (version === '1.2') this.downgraded++;
    this.bytes += bytes;
    this.time += time;
  }

  onAlert(alert: AlertName): void {
    this.alerts.set(alert, (this.alerts.get(alert) ?? 0) + 1);
  }

  metrics(): AppMetric[] {
    const { ends, resumptions, bytes, time, alerts, downgraded } = this;
    const count = (metric: string, value: number): AppMetric => ({ metric, unit: '', value });
    let all = 0;
    for (const number of alerts.values()) all += number;
    // both ends of a connection finish
    const connections = ends / 2;
    const rows = [
      count('tlsConnections', connections),
      count('tlsResumptions', resumptions / 2),
      count('tls12Connections', downgraded / 2),
      count('tlsAlerts', all),
      ...[...alerts].map(([alert, number]) => count(`tlsAlerts.${alert}`, number)),
    ];
    if (ends === 0) return rows;
    rows.push({ metric: 'tlsHandshakeBytes', unit: 'B', value: bytes / connections });
    rows.push({ metric: 'tlsHandshakeTime', unit: 's', value: time / ends / 1e9 });
    return rows;
  }
}
