import { bulk } from './bulk';
import { cbr } from './cbr';
import { messages } from './messages';
import { requestResponse } from './request-response';

/** Every application a scenario can name. One line each. */
export const apps = {
  bulk,
  cbr,
  messages,
  'request-response': requestResponse,
} as const;
