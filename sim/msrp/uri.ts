import { Malformed, quoted } from '../core/malformed';

/** Where one end, or one relay, of an MSRP session is (RFC 4975 section 6). */
export interface MsrpUri {
  /** msrp or msrps. */
  readonly scheme: string;
  /** '' for none. */
  readonly user: string;
  readonly host: string;
  /** 0 for none: 2855. */
  readonly port: number;
  /** Names the session at this host; '' in the URI of a relay that asks for AUTH. */
  readonly session: string;
  readonly transport: string;
}

export const MSRP_PORT = 2855;

export function msrpUriText({ scheme, user, host, port, session, transport }: MsrpUri): string {
  const authority = `${user === '' ? '' : `${user}@`}${host}${port === 0 ? '' : `:${port}`}`;
  return `${scheme}://${authority}${session === '' ? '' : `/${session}`};${transport}`;
}

const FORM = /^(msrps?):\/\/(?:([^\s@/;[\]]{1,255})@)?([A-Za-z0-9_.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?(?:\/([^\s;/]{1,255}))?;([a-z]{1,16})(?:;[^\s]{0,255})?$/i; // prettier-ignore

/** Throws `Malformed`. */
export function parseMsrpUri(text: string): MsrpUri {
  const [, scheme, user = '', host, port = '0', session = '', transport] = FORM.exec(text) ?? [];
  if (scheme === undefined || Number(port) > 65535) throw new Malformed(`expected an MSRP URI, found ${quoted(text)}`);
  return {
    scheme: scheme.toLowerCase(),
    user,
    host: host!,
    port: Number(port),
    session,
    transport: transport!.toLowerCase(),
  };
}
