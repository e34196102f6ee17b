import { AckReader, newAckSample } from './ack-reader';
import { LossReport } from './loss-report';
import { SegmentPool } from './segment-pool';

/** What the senders of a simulation use in turn, so that none has its own. */
export class SenderCommons {
  readonly segments = new SegmentPool();
  readonly reader = new AckReader(newAckSample());
  readonly loss = new LossReport();
}

/** For `Simulation.single`. */
export function newSenderCommons(): SenderCommons {
  return new SenderCommons();
}
