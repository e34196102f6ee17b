interface Changes {
  readonly role?: string;
  readonly recordRoute?: boolean;
  /** More sessions, as YAML. */
  readonly sessions?: string;
  readonly server?: string;
}

/** The SIP trapezoid with one session A, as a scenario: 60 s, 60 ms round trip. */
export function trapezoidText(
  app: string,
  { role, recordRoute = false, sessions = '', server = '' }: Changes = {},
): string {
  return `
title: trapezoid
network:
  graph:
    nodes: [alice, atlanta, biloxi, bob]
    links:
      - { between: [alice, atlanta], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [atlanta, biloxi], rate: 10 Mbit/s, delay: 20 ms }
      - { between: [biloxi, bob], rate: 10 Mbit/s, delay: 5 ms }
signalling:
  servers:
    - { on: [atlanta, biloxi], role: ${role ?? `{ proxy: { recordRoute: ${recordRoute} } }`}, capacity: { service: 2 ms }${server} }
sessions:
  - { name: A, from: alice, to: bob, app: { ${app} } }
${sessions}run: { duration: 60 s }
`;
}

export const MSG_TRAPEZOID = trapezoidText('paging: {}');
