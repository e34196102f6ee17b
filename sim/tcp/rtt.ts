import type { Nanos } from '../core/event-queue';
import { ZERO } from '../core/zero';
import type { TcpConfig } from './config';

/** What a transport says about its retransmission timeout. */
export type RtoConfig = Pick<TcpConfig, 'initialRto' | 'minRto' | 'maxRto' | 'rtoGranularity'>;

/** RFC 6298 section 5.7. */
const LEAST_AFTER_SYN_LOSS: Nanos = 3e9;
/** Taken for an RTT of nothing. */
const SHORTEST: Nanos = 1e3;

/** Round-trip time estimation and retransmission timeout (RFC 6298). */
export class RttEstimator {
  /** SRTT and RTTVAR, 0 before the first sample. */
  srtt: Nanos = ZERO;
  rttvar: Nanos = ZERO;
  /** Smallest sample, or Infinity. */
  min: Nanos = Infinity;
  latest: Nanos = ZERO;
  samples = 0;
  /** The SYN was lost. */
  private synLost = false;
  /** Consecutive back-offs (RFC 6298 section 5.5). */
  backoffs = 0;

  constructor(private readonly config: RtoConfig) {}

  /** RTO without back-off. Asked for about as often as there are samples: what it was need not be kept. */
  private get base(): Nanos {
    const { minRto, rtoGranularity, initialRto } = this.config;
    if (this.samples === 0)
      return this.synLost && initialRto < LEAST_AFTER_SYN_LOSS ? LEAST_AFTER_SYN_LOSS : initialRto;
    const spread = 4 * this.rttvar;
    // Linux and RFC 6298 differ here: a floor on 4·RTTVAR keeps the RTO above SRTT + minRto (docs/models/tcp.md)
    const floor = minRto < 1e9 ? minRto : rtoGranularity;
    const rto = Math.ceil((this.srtt + (spread > floor ? spread : floor)) / rtoGranularity) * rtoGranularity;
    return rto < minRto ? minRto : rto;
  }

  /** The current RTO, backed off. */
  get rto(): Nanos {
    const { base } = this;
    return this.backoffs === 0 && base < this.config.maxRto ? base : this.backedOff();
  }

  private backedOff(): Nanos {
    let rto = this.base;
    for (let i = 0; i < this.backoffs && rto < this.config.maxRto; i++) rto *= 2;
    return rto < this.config.maxRto ? rto : this.config.maxRto;
  }

  /** A sample from a segment that was never retransmitted (RFC 6298 sections 2.2, 2.3 and 3). */
  sample(rtt: Nanos): void {
    // where no time passes, as in trace scripts, timers of twice SRTT must not fire at once
    if (rtt === 0) rtt = SHORTEST;
    this.latest = rtt;
    this.samples++;
    if (rtt < this.min) this.min = rtt;
    if (this.samples === 1) {
      this.srtt = rtt;
      this.rttvar = rtt / 2;
    } else {
      const error = rtt > this.srtt ? rtt - this.srtt : this.srtt - rtt;
      this.rttvar += (error - this.rttvar) / 4;
      this.srtt += (rtt - this.srtt) / 8;
    }
    this.backoffs = 0;
  }

  /** A sample from the timestamps option: too coarse for the minimum. */
  sampleCoarse(rtt: Nanos): void {
    const { min } = this;
    this.sample(rtt);
    if (min !== Infinity) this.min = min;
  }

  /** RFC 6298 section 5.7: after a SYN was retransmitted, data starts with an RTO of 3 s. */
  restartAfterSynLoss(): void {
    this.synLost = true;
    this.backoffs = 0;
  }
}
