/* eslint-disable @typescript-eslint/no-require-imports -- loaded when called, so that --help does not wait for the simulator */

/** What each command does, loaded on first use. */
export const commands = {
  check: () => require('./check') as typeof import('./check'),
  compare: () => require('./compare') as typeof import('./compare'),
  explain: () => require('./explain') as typeof import('./explain'),
  gallery: () => require('./gallery') as typeof import('./gallery'),
  harm: () => require('./harm') as typeof import('./harm'),
  ladder: () => require('./ladder') as typeof import('./ladder'),
  list: () => require('./list') as typeof import('./list'),
  packetdrill: () => require('./packetdrill') as typeof import('./packetdrill'),
  plot: () => require('./plot') as typeof import('./plot'),
  reference: () => require('./reference') as typeof import('./reference'),
  report: () => require('./report') as typeof import('./report'),
  responsive: () => require('./responsive') as typeof import('./responsive'),
  timeSequence: () => require('./time-sequence') as typeof import('./time-sequence'),
  run: () => require('./run') as typeof import('./run'),
  collect: () => require('./collect') as typeof import('./collect'),
  diff: () => require('./diff') as typeof import('./diff'),
  reproduce: () => require('./reproduce') as typeof import('./reproduce'),
  status: () => require('./status') as typeof import('./status'),
  sweep: () => require('./sweep') as typeof import('./sweep'),
  estimate: () => require('./estimate') as typeof import('./estimate'),
  warmup: () => require('./warmup') as typeof import('./warmup'),
  studies: () => require('./studies') as typeof import('./studies'),
  validate: () => require('./validate') as typeof import('./validate'),
};
