import type { Nanos } from '../core/event-queue';
import type { CongestionControl } from '../tcp/cc/congestion-control';
import type { RttEstimator } from '../tcp/rtt';
import { milliseconds, type QlogTrace } from './qlog-trace';

/** What a congestion-controlled sender shows of itself. */
export interface RecoveryView {
  readonly rtt: RttEstimator;
  readonly cc: CongestionControl;
  readonly inFlight: number;
}

type Metric =
  | 'min_rtt'
  | 'smoothed_rtt'
  | 'latest_rtt'
  | 'rtt_variance'
  | 'congestion_window'
  | 'bytes_in_flight'
  | 'ssthresh'
  | 'pacing_rate';

/** Tells a trace of metrics and states that have changed (draft-ietf-quic-qlog-quic-events section 3.4). */
export class RecoveryEvents {
  private readonly told = new Map<Metric, number>();
  private state = '';
  private changes: Partial<Record<Metric, number>> | null = null;

  constructor(private readonly trace: QlogTrace) {}

  /** `repair` names the state while losses are repaired; null when none are. */
  update(at: Nanos, { rtt, cc, inFlight }: RecoveryView, repair: string | null): void {
    if (rtt.samples > 0) {
      this.metric('min_rtt', milliseconds(rtt.min));
      this.metric('smoothed_rtt', milliseconds(rtt.srtt));
      this.metric('latest_rtt', milliseconds(rtt.latest));
      this.metric('rtt_variance', milliseconds(rtt.rttvar));
    }
    this.metric('congestion_window', Math.floor(cc.cwnd));
    this.metric('bytes_in_flight', inFlight);
    if (cc.ssthresh < Infinity) this.metric('ssthresh', Math.floor(cc.ssthresh));
    if (cc.pacingRate > 0) this.metric('pacing_rate', Math.floor(cc.pacingRate));
    if (this.changes !== null) this.trace.event(at, 'recovery:metrics_updated', this.changes);
    this.changes = null;
    const state = repair ?? usualState(cc);
    if (state === this.state) return;
    const old = this.state === '' ? {} : { old: this.state };
    this.trace.event(at, 'recovery:congestion_state_updated', { ...old, new: state });
    this.state = state;
  }

  private metric(name: Metric, value: number): void {
    if (!Number.isFinite(value) || this.told.get(name) === value) return;
    this.told.set(name, value);
    (this.changes ??= {})[name] = value;
  }
}

/** An algorithm that sizes its window by a model, as BBR does, is in neither state of the drafts. */
function usualState(cc: CongestionControl): string {
  if (cc.ownsRecovery === true) return 'open';
  return cc.cwnd < cc.ssthresh ? 'slow_start' : 'congestion_avoidance';
}
