import { definer } from '../../core/plugin';
import type { Impairment, ImpairmentHost } from '../impairment';

/** Declares an impairment: see `index.ts` for the registry. */
export const defineImpairment = definer<ImpairmentHost, Impairment>();
