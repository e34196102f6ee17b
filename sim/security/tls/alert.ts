/** Alerts that are sent here (RFC 8446 section 6). */
export const ALERTS = {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  bad_certificate: 42,
  illegal_parameter: 47,
  unknown_ca: 48,
  decrypt_error: 51,
  protocol_version: 70,
} as const;
export type AlertName = keyof typeof ALERTS;

/** Something in what came ends the connection: this is what the peer is told. */
export class TlsFailure extends Error {
  constructor(
    readonly alert: AlertName,
    because: string,
  ) {
    super(because);
  }
}
