import { b2bua } from './b2bua';
import { proxy } from './proxy';
import { redirect } from './redirect';
import { sessionBorderController } from './session-border-controller';
import { sessionRouter } from './session-router';
import { statelessProxy } from './stateless-proxy';

/** Everything a signalling server can be. One line each. */
export const roles = {
  b2bua,
  proxy,
  redirect,
  'session-border-controller': sessionBorderController,
  'session-router': sessionRouter,
  'stateless-proxy': statelessProxy,
} as const;
