import { discovery, type Method } from '../apps/discovery';
import { fields } from '../core/choice';
import { paths } from './paths';
import type { Scenario, Session } from './scenario';

/** What the client does by itself; notes can be compared of any run. */
export type Looking = Exclude<Method, 'notes'>;

/** Enough for TCP to give up on a connection, and for an end on a message, one after the other. */
const SPAN = 400e9;

/** Whether the ends of a session can look in that way. */
const APPLIES: Readonly<Record<Looking, (session: Session) => boolean>> = {
  'hop-limits': ({ path, transport }) => paths[path].hasTarget && transport.protocol === 'tcp',
  'max-forwards': ({ app }) => app.name === 'im-session' || app.name === 'paging',
  encrypted: ({ app }) => app.name === 'im-session' && app.params['carrier'] === 'msrp',
};

export const ALL_LOOKINGS = Object.keys(APPLIES) as readonly Looking[];

/** The same network, with one session alone, whose client looks for intermediaries in place of what it does; null: it cannot. */
export function lookingScenario(scenario: Scenario, name: string, method: Looking): Scenario | null {
  const session = scenario.sessions.find((one) => one.name === name);
  if (session === undefined || !APPLIES[method](session)) return null;
  const register = session.app.params['register'];
  const params = fields(discovery.params).parse({ method, ...(typeof register === 'number' ? { register: `${register} ns` } : {}) }); // prettier-ignore
  const { security } = session;
  const looking: Session = {
    ...session,
    app: { name: 'discovery', params },
    start: { earliest: 0, latest: 0 },
    transport: session.transport.protocol === 'udp' ? { ...session.transport, protocol: 'tcp' } : session.transport,
    security:
      method === 'encrypted'
        ? { ...security, messages: 'encrypted', descriptions: security.directory === '' }
        : security,
  };
  return { ...scenario, sessions: [looking], failures: [], run: { duration: SPAN, warmup: 0 } };
}
