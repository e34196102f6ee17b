import * as z from 'zod';

/*
 * The schema of qlog 0.3 in the parts that are written here: typed by hand after the CDDL of draft-ietf-quic-qlog-main-schema-02
 * and draft-ietf-quic-qlog-quic-events-02, whose names of rules are kept. Where the drafts allow no further fields, neither does
 * it.
 */

const uint = z.number().int().nonnegative();
const uint16 = uint.max(65535);
const float = z.number();
const text = z.string();

const VantagePoint = z.strictObject({
  name: text.optional(),
  type: z.enum(['client', 'server', 'network', 'unknown']),
});

const CommonFields = z.looseObject({
  time_format: z.enum(['absolute', 'delta', 'relative']).optional(),
  reference_time: float.optional(),
  protocol_type: z.array(text).min(1).optional(),
  group_id: z.union([text, uint]).optional(),
});

/** The first record of a file in JSON-SEQ (main schema section 6.2). */
export const QlogFileSeq = z.strictObject({
  qlog_version: z.literal('0.3'),
  qlog_format: z.literal('JSON-SEQ'),
  title: text.optional(),
  description: text.optional(),
  trace: z.strictObject({
    title: text.optional(),
    description: text.optional(),
    common_fields: CommonFields.optional(),
    vantage_point: VantagePoint,
  }),
});

const PacketHeader = z.strictObject({
  packet_type: z.enum([
    'initial',
    'handshake',
    '0RTT',
    '1RTT',
    'retry',
    'version_negotiation',
    'stateless_reset',
    'unknown',
  ]),
  packet_number: uint,
});

const AckRange = z.array(uint).min(1).max(2);

const QuicFrame = z.discriminatedUnion('frame_type', [
  z.strictObject({ frame_type: z.literal('padding'), payload_length: uint }),
  z.strictObject({ frame_type: z.literal('ping') }),
  z.strictObject({
    frame_type: z.literal('ack'),
    ack_delay: float.optional(),
    acked_ranges: z.array(AckRange).min(1).optional(),
    ect1: uint.optional(),
    ect0: uint.optional(),
    ce: uint.optional(),
  }),
  z.strictObject({ frame_type: z.literal('reset_stream'), stream_id: uint, error_code: uint, final_size: uint }),
  z.strictObject({ frame_type: z.literal('stop_sending'), stream_id: uint, error_code: uint }),
  z.strictObject({ frame_type: z.literal('crypto'), offset: uint, length: uint }),
  z.strictObject({
    frame_type: z.literal('stream'),
    stream_id: uint,
    offset: uint,
    length: uint,
    // only if true
    fin: z.literal(true).optional(),
  }),
  z.strictObject({ frame_type: z.literal('max_data'), maximum: uint }),
  z.strictObject({ frame_type: z.literal('max_stream_data'), stream_id: uint, maximum: uint }),
  z.strictObject({
    frame_type: z.literal('max_streams'),
    stream_type: z.enum(['unidirectional', 'bidirectional']),
    maximum: uint,
  }),
  z.strictObject({
    frame_type: z.literal('connection_close'),
    error_space: z.enum(['transport', 'application']).optional(),
    raw_error_code: uint.optional(),
  }),
  z.strictObject({ frame_type: z.literal('handshake_done') }),
]);

const RawInfo = z.strictObject({ length: uint.optional(), payload_length: uint.optional(), data: text.optional() });

/** `tcp` is a field of our own, as the main schema allows in section 4.3. */
const packet = {
  header: PacketHeader,
  frames: z.array(QuicFrame).optional(),
  is_coalesced: z.boolean().optional(),
  raw: RawInfo.optional(),
  datagram_id: uint.optional(),
  tcp: z.record(text, z.unknown()).optional(),
};

const bodies = {
  'connectivity:connection_started': z.strictObject({
    ip_version: z.enum(['v4', 'v6']).optional(),
    src_ip: text,
    dst_ip: text,
    protocol: text.optional(),
    src_port: uint.optional(),
    dst_port: uint.optional(),
  }),
  'connectivity:connection_closed': z.strictObject({
    reason: text.optional(),
    trigger: z
      .enum([
        'clean',
        'handshake_timeout',
        'idle_timeout',
        'error',
        'stateless_reset',
        'version_mismatch',
        'application',
      ])
      .optional(),
  }),
  'transport:packet_sent': z.strictObject(packet),
  'transport:packet_received': z.strictObject(packet),
  'recovery:parameters_set': z.looseObject({
    reordering_threshold: uint.optional(),
    time_threshold: float.optional(),
    timer_granularity: uint16,
    initial_rtt: float.optional(),
    max_datagram_size: uint.optional(),
    initial_congestion_window: uint.optional(),
    persistent_congestion_threshold: uint16.optional(),
  }),
  'recovery:metrics_updated': z
    .strictObject({
      min_rtt: float.positive(),
      smoothed_rtt: float.positive(),
      latest_rtt: float.positive(),
      rtt_variance: float.nonnegative(),
      pto_count: uint16,
      congestion_window: uint,
      bytes_in_flight: uint,
      ssthresh: uint,
      packets_in_flight: uint,
      pacing_rate: uint,
    })
    .partial()
    .refine((metrics) => Object.keys(metrics).length > 0, 'at least one metric'),
  'recovery:congestion_state_updated': z.strictObject({
    old: text.optional(),
    new: text,
    trigger: z.enum(['persistent_congestion', 'ECN']).optional(),
  }),
  'recovery:packet_lost': z.strictObject({
    header: PacketHeader.optional(),
    frames: z.array(QuicFrame).optional(),
    trigger: z.enum(['reordering_threshold', 'time_threshold', 'pto_expired']).optional(),
  }),
} as const;

function event<N extends keyof typeof bodies>(name: N) {
  return z.strictObject({ time: float.nonnegative(), name: z.literal(name), data: bodies[name] });
}

export const Event = z.discriminatedUnion('name', [
  event('connectivity:connection_started'),
  event('connectivity:connection_closed'),
  event('transport:packet_sent'),
  event('transport:packet_received'),
  event('recovery:parameters_set'),
  event('recovery:metrics_updated'),
  event('recovery:congestion_state_updated'),
  event('recovery:packet_lost'),
]);
export type Event = z.infer<typeof Event>;

export interface Trace {
  readonly head: z.infer<typeof QlogFileSeq>;
  readonly events: readonly Event[];
}

/** Reads a file as RFC 7464 has it, each record against the schema. Throws for what does not fit. */
export function readTrace(file: string): Trace {
  const [nothing, head, ...events] = file.split('\u001e');
  if (nothing !== '' || !file.endsWith('\n')) throw new Error('not a sequence of JSON texts');
  return {
    head: QlogFileSeq.parse(JSON.parse(head!)),
    events: events.map((record) => Event.parse(JSON.parse(record))),
  };
}

/** The events of one kind, in order. */
export function eventsOf<N extends Event['name']>({ events }: Trace, name: N) {
  return events.filter((e): e is Extract<Event, { name: N }> => e.name === name);
}
