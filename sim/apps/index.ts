import { bulk } from './bulk';
import { cbr } from './cbr';
import { discovery } from './discovery';
import { imSession } from './im-session';
import { messages } from './messages';
import { onOff } from './on-off';
import { paging } from './paging';
import { parallel } from './parallel';
import { idleUsers } from './idle-users';
import { requestResponse } from './request-response';
import { presence } from './presence';
import { rtpAudio } from './rtp-audio';
import { rtpVideo } from './rtp-video';
import { tfrc } from './tfrc';
import { web } from './web';

/** Every application a scenario can name. One line each. */
export const apps = {
  bulk,
  cbr,
  discovery,
  'im-session': imSession,
  messages,
  'on-off': onOff,
  paging,
  presence,
  parallel,
  'idle-users': idleUsers,
  'request-response': requestResponse,
  'rtp-audio': rtpAudio,
  'rtp-video': rtpVideo,
  tfrc,
  web,
} as const;
