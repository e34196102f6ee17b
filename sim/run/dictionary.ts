/*
 * What every number in results means: the data dictionary. A new metric is one line here; a test finds those that are missing.
 */

/** One metric or column. */
export interface Definition {
  /** As in results: 'bit/s', 's', 'B', 'packets', or '' for a plain number. */
  readonly unit: string;
  readonly definition: string;
}

type Definitions = Readonly<Record<string, Definition>>;

const of = (unit: string, definition: string): Definition => ({ unit, definition });

/** Metrics by name, except those that are summed up over many samples. All count from the end of the warm-up. */
const METRICS: Definitions = {
  goodput: of(
    'bit/s',
    'payload that reached the receiving application, each byte counted once, per time: RFC 5166, 2.1.1',
  ),
  retransmitted: of('', 'retransmitted segments over all segments sent'),
  srtt: of('s', 'smoothed round-trip time of the senders (RFC 6298), mean over time'),
  cwnd: of('B', 'congestion window, added over the connections of the session, mean over time'),
  relayBuffer: of('B', 'bytes of the session that wait in relays, mean over time'),
  utilisation: of('', 'bits a link carried, headers included, over its capacity; network: that of the busiest link'),
  queue: of('packets', 'packets that wait in the buffer of a link, mean over time'),
  dropped: of('', 'packets that a link dropped over packets sent into it'),
  share: of('', 'goodput over the sum of the goodputs of all sessions'),
  jain: of(
    '',
    "Jain's fairness index of the sessions' goodputs: 1 when equal, 1/n when one has all (DEC TR-301, 1984)",
  ),
  jain100ms: of('', "Jain's index over 100 ms, averaged over time"),
  jain1s: of('', "Jain's index over 1 s, averaged over time"),
  jain10s: of('', "Jain's index over 10 s, averaged over time"),
  product: of('', 'product index of the goodputs, relative to equal shares'),
  starvationRatio: of('', 'smallest goodput over the largest'),
  convergenceTime: of('s', 'from the last start until all sessions keep near an equal share for a second'),
  goodputVariation: of('', 'coefficient of variation of the goodput over seconds'),
  tcpFriendliness: of(
    '',
    'sending rate over the rate of the law of Mathis et al. (1997) at the same loss and round-trip time',
  ),
  notTcpFriendly: of('', '1 when the rate exceeds the bound of Floyd and Fall (1999) for a conformant TCP, else 0'),
  disproportionate: of(
    '',
    '1 when the flow uses a disproportionate share in the sense of Floyd and Fall (1999), else 0',
  ),
  completionTime: of('s', 'from the start of the transfer to its last byte at the receiving application'),
  transferRate: of('bit/s', 'size of the transfer over its completion time'),
  linkPower: of('bit/s/s', 'bits a link carried per second over the mean time to cross it'),
  usersActive: of('', 'users that have begun within the run'),
  sessionRate: of('', 'sessions established per second'),
  notices: of('', 'announcements of intermediaries that reached an end of a session'),
  reconnects: of('', 'connections opened again after they were lost'),
  gaps: of('', 'messages that are missing between messages that arrived'),
  bytesPerMessage: of('B', 'bytes of signalling and messages on the wire over messages delivered'),
  registrations: of('', 'users that are registered'),
  connected: of('', '1 when address translation was traversed for all components of the session, else 0: RFC 8445'),
  direct: of('', '1 when the session goes straight between host candidates, else 0'),
  reflexive: of('', '1 when the session needs a server- or peer-reflexive candidate, else 0'),
  relayed: of('', '1 when the session goes through a TURN relay, else 0: RFC 8656'),
  attempts: of('', 'connections that both ends tried to open: TCP hole punching, RFC 5128, 3.4'),
  checks: of('', 'connectivity checks that both ends sent: RFC 8445, 7'),
  setupTime: of('s', 'from the start of a session until its path is found'),
  exchanges: of('', 'requests that were answered'),
  failures: of('', 'exchanges that ended without an answer; network: times that something failed'),
  bursts: of('', 'on-periods that began'),
  messagesSent: of('', 'messages handed to the transport'),
  messagesDelivered: of('', 'messages that arrived whole'),
  messagesFailed: of(
    '',
    'messages reported as failed: their connection was lost, or there was none; `.reason` by reason',
  ),
  messagesReportedLost: of('', 'messages that a response or REPORT of MSRP says have not arrived: RFC 4975, 7.1.2'),
  msrpForwarded: of('', 'requests that the relay on the node named passed on: RFC 4976'),
  msrpRefused: of('', 'SENDs that it refused: 403, 481'),
  msrpReported: of('', 'messages that it could not deliver, by a REPORT to their sender'),
  msrpAuthorised: of('', 'URIs that it gave to clients: Use-Path'),
  msrpChallenged: of('', 'requests that it answered with 401'),
  messagesUnderWay: of('', 'messages neither delivered nor reported as failed when the run ended'),
  messagesLate: of('', 'messages delivered after they were reported as failed'),
  deliveredShare: of('', 'messages delivered over messages delivered or failed'),
  connectionsLost: of('', 'times that the client lost its connection'),
  delaySetup: of('s', 'of the delay of messages, mean: until the leg was established'),
  delaySending: of('s', "of the delay of messages, mean: in the client's send buffer"),
  delayPropagation: of('s', 'of the delay of messages, mean: propagation on links'),
  delaySerialisation: of('s', 'of the delay of messages, mean: transmission at the rate of the links'),
  delayQueueing: of('s', 'of the delay of messages, mean: in queues of links; `.link` by link'),
  delayHeadOfLine: of('s', 'of the delay of messages, mean: for retransmissions and for what was before'),
  delayRelayBuffer: of('s', 'of the delay of messages, mean: waiting in relays'),
  delayProcessing: of('s', 'of the delay of messages, mean: served in relays, held in middleboxes'),
  delayTransport: of('s', 'of the delay of messages, mean: in legs over SCTP or QUIC, from written to read'),
  delayUnread: of('s', 'of the delay of messages, mean: in order at the server and not read'),
  relayMemory: of('B', 'bytes that the relay on the node named holds for the session, mean over time'),
  relayMemoryPeak: of('B', 'most bytes that it held, looked at every 5 ms'),
  relayBusy: of('', "share of time that the relay's processor is busy, for all of its sessions"),
  wonByBackup: of('', 'streams for which the backup was established first (RFC 8305)'),
  relayEnded: of('', 'streams that relays ended, or messages that they kept back, by reason'),
  lostInRelays: of('B', 'bytes that were in relays when they ended a stream'),
  sessionsHit: of('', 'sessions that have the failed element on their way, mean over failures'),
  detectionTime: of('s', 'from a failure to the client hearing that its connection is lost, mean'),
  repairTime: of('s', 'from a failure to the first delivery of a message written after it, mean'),
  suspects: of('', 'nodes and links that may have failed as far as the client can tell, mean'),
  elements: of('', 'nodes and links on the way of the session, the client apart'),
  rewritten: of('', 'messages that a gateway in a translator sent on with other bytes'),
  unread: of('', 'datagrams that it could not read'),
  rulesEnabled: of('', 'ports that agents had a translator open, or keep open: RFC 3303'),
  rulesRefused: of('', 'requests of agents that it refused'),
  midcomAsked: of('', 'rules that a session router asked a translator for'),
  midcomFailed: of('', 'of them, those that it did not get in time'),
  midcomDropped: of('', 'messages that it dropped for that'),
  exposed: of('', '1 when the way of looking tells that somebody is between the ends, else 0'),
  named: of('', '1 when it tells an address of who that is, else 0'),
  place: of('', 'where that is: hops from the client, of IP or of the signalling; 0: not told'),
  probes: of('', 'packets or requests that the client sent to look'),
  probeTime: of('s', 'from the first of them until the client knows what they tell'),
  elementsFound: of('', 'elements of the signalling that answered 483: RFC 3261, 16.3'),
  attacks: of('', 'streams or messages that the hostile relay on the way did something to'),
  contentsRead: of('', 'messages of which it could read the content'),
  tlsConnections: of('', 'TLS handshakes that both ends finished, over all legs'),
  tlsResumptions: of('', 'of them, by ticket: RFC 8446, 2.2; RFC 5077'),
  tls12Connections: of('', 'of them, in TLS 1.2'),
  tlsAlerts: of('', 'TLS connections that an end gave up because of what came; `.alert` by alert'),
  tlsHandshakeBytes: of('B', 'records of a TLS handshake, both directions, mean over connections'),
  tlsHandshakeTime: of('s', "from the stream below to an end's own Finished being enough, mean over ends"),
  keyFetches: of('', 'certificates that ends have asked a directory for, and been given'),
  keyFetchBytes: of('B', 'bytes of HTTP that asked for certificates and brought them'),
  repliesDelivered: of('', 'messages of callees that have reached the callers'),
  messagesForged: of('', 'messages taken for genuine that were not as their sender wrote them'),
  messageFlaws: of('', 'messages that the receiver found something wrong with; `.flaw` by flaw'),
  publications: of('', 'changes of presence that were published: RFC 3903'),
  publicationsFailed: of('', 'PUBLISH requests that failed'),
  subscriptions: of('', 'subscriptions to the presence of others that were accepted: RFC 3856'),
  subscriptionsFailed: of('', 'SUBSCRIBE requests that failed'),
  notifications: of('', 'NOTIFY requests that reached a watcher: RFC 6665'),
  bytesPerNotification: of('B', 'bytes of signalling over notifications'),
  midcomTime: of('s', 'from asking for a rule to the answer, mean'),
  busiestSecond: of('bit/s', 'most that passed a policy middlebox in a second'),
  flowsStarted: of('', 'transfers that began'),
  flowsCompleted: of('', 'transfers that arrived whole'),
  flowsFailed: of('', 'transfers whose connection failed'),
  datagramsSent: of('', 'datagrams handed to the network'),
  loss: of('', 'datagrams that did not arrive over datagrams expected'),
  reordered: of('', 'datagrams that arrived after a later one over datagrams that arrived: RFC 4737'),
  duplicates: of('', 'datagrams that arrived again'),
  jitter: of('s', 'interarrival jitter: RFC 3550, 6.4.1, mean over datagrams'),
  lossEventRate: of('', 'loss event rate that the TFRC receiver reports (RFC 5348, 5), mean over reports'),
  framesSent: of('', 'media frames handed to the network'),
  deadlineMisses: of('', 'frames that were not whole when they were to be played over frames due'),
  rtcpReports: of('', 'RTCP receiver reports that arrived'),
};

/** Quantities with many samples in a run: results have their `Mean`, `P50`, `P95` and `P99`. */
const SAMPLED: Definitions = {
  rtt: of('s', 'round-trip time'),
  queueingDelay: of('s', 'time that an arriving packet would wait for the bytes in the buffer of a link, over time'),
  oneWayDelay: of('s', 'time of a datagram from sender to receiver'),
  reconnectionTime: of('s', 'time from the loss of a connection to the next being established'),
  notifyDelay: of('s', 'time from a change of presence to a watcher hearing of it'),
  messageDelay: of('s', 'time from sending a message to its last byte at the receiving application'),
  transactionTime: of('s', 'time from a request until its final response'),
  keyFetchTime: of('s', 'time from asking a directory for a certificate until it is there'),
  connectTime: of('s', 'time from opening a connection until it is established'),
  completionTime: of('s', 'time from the request, or the start of the transfer, to the last byte'),
  completionTimeShort: of('s', 'completion time of short transfers'),
  completionTimeMedium: of('s', 'completion time of medium transfers'),
  completionTimeLong: of('s', 'completion time of long transfers'),
  slowdown: of('', 'completion time over that on an empty path'),
  slowdownShort: of('', 'slowdown of short transfers'),
  slowdownMedium: of('', 'slowdown of medium transfers'),
  slowdownLong: of('', 'slowdown of long transfers'),
  reportedLoss: of('', 'fraction lost in RTCP receiver reports: RFC 3550, 6.4.1'),
  reportedJitter: of('s', 'interarrival jitter in RTCP receiver reports: RFC 3550, 6.4.1'),
};

const SUMMARIES: Readonly<Record<string, string>> = {
  Mean: 'mean',
  P50: 'median',
  P95: '95th percentile',
  P99: '99th percentile',
};

/** What a metric means; undefined when nobody has written it down. */
export function definitionOf(metric: string): Definition | undefined {
  if (Object.hasOwn(METRICS, metric)) return METRICS[metric];
  // by reason, node or link: `messagesFailed.reset`
  const [whole] = metric.split('.', 1);
  if (whole !== metric && Object.hasOwn(METRICS, whole!)) return METRICS[whole!];
  const match = /^(.*)(Mean|P50|P95|P99)$/.exec(metric);
  const base = match === null ? undefined : SAMPLED[match[1]!];
  return base && of(base.unit, `${base.definition}: ${SUMMARIES[match![2]!]!}`);
}

/** Columns of the tables and time series, factors apart. */
export const COLUMNS: Definitions = {
  replication: of('', 'counted from 1; the same number means the same random numbers at every point'),
  flow: of('', 'a session, the total of sessions that are alike, a direction of a link such as n0>n1, or network'),
  metric: of('', 'name of what was measured; see the rows of kind metric'),
  unit: of('', 'unit of value, mean and interval: bit/s, s, B, packets, or nothing for a plain number'),
  value: of('unit', 'the number of one replication; empty when there is none'),
  n: of('', 'replications that the mean is over'),
  mean: of('unit', 'mean over the replications'),
  ci95_half_width: of('unit', 'distance from the mean to the further end of its 95 % interval; empty when n is 1'),
  ci95_low: of('unit', 'lower end of the 95 % interval of the mean'),
  ci95_high: of('unit', 'upper end of the 95 % interval of the mean'),
  method: of('', 'how the interval was made: student, bca (bootstrap), or two-stage (sequential stopping)'),
  file: of('', 'time series in the folder series/'),
  series: of('', 'the session or link that a time series is of'),
  time_s: of('s', 'simulated time'),
  cwnd_bytes: of('B', 'congestion window, added over the connections of the session'),
  ssthresh_bytes: of('B', 'slow start threshold, added; empty before the first loss'),
  inFlight_bytes: of('B', 'bytes sent and neither acknowledged nor considered lost, added'),
  srtt_s: of('s', 'smoothed round-trip time, mean over the connections'),
  goodput_bps: of('bit/s', 'payload that reached the receiving application since the sample before, per time'),
  relayBuffer_bytes: of('B', 'bytes of the session that wait in relays'),
  retransmissions_packets: of('packets', 'segments of the session sent again since the sample before'),
  drops_packets: of('packets', 'packets that the link dropped since the sample before'),
  queue_packets: of('packets', 'packets that wait in the buffer of the link'),
};
