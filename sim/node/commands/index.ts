/*
 * What each command does. In dist/ they are one bundle, which `load-commands.ts` loads.
 */

export { check } from './check';
export { collect } from './collect';
export { compare } from './compare';
export { diff } from './diff';
export { drawTimeSequence } from './time-sequence';
export { estimate } from './estimate';
export { explain } from './explain';
export { gallery } from './gallery';
export { harm } from './harm';
export { ladder } from './ladder';
export { list } from './list';
export { packetdrill } from './packetdrill';
export { plot } from './plot';
export { reference } from './reference';
export { report } from './report';
export { reproduce } from './reproduce';
export { responsive } from './responsive';
export { run } from './run';
export { status } from './status';
export { studies } from './studies';
export { sweep } from './sweep';
export { validate } from './validate';
export { warmup } from './warmup';
