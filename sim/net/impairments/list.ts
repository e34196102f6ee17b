import * as z from 'zod';
import { type Choice, factoryOf, pluginChoice } from '../../core/choice';
import type { NamedImpairment } from '../impairment';
import { impairments, type ImpairmentName } from '.';

/** Of these a link can have one, and of each row only one kind. */
const EXCLUSIVE: readonly (readonly ImpairmentName[])[] = [['rate-schedule', 'trace'], ['delay-schedule']];

/** Impairments of a link as a field of a scenario. */
export function impairmentList(text: string) {
  return listSchema.default([]).describe(text);
}

/** As `impairmentList`, without default. */
export function optionalImpairmentList(text: string) {
  return listSchema.exactOptional().describe(text);
}

const listSchema = z.array(pluginChoice(impairments, 'an impairment')).superRefine((list, context) => {
  list.forEach(({ name }, i) => {
    const before = list
      .slice(0, i)
      .find((other) => EXCLUSIVE.some((row) => row.includes(name) && row.includes(other.name)));
    if (before === undefined) return;
    const message =
      before.name === name ? `a link can have only one ${name}` : `a link with ${before.name} cannot have ${name}`;
    context.addIssue({ code: 'custom', message, path: [i] });
  });
});

/** Impairments of one direction of a link; `loss` is short for a Bernoulli loss before the others. */
export function impairmentsOf(loss: number, choices: readonly Choice[]): readonly NamedImpairment[] {
  const numbers = new Map<string, number>();
  const named = choices.map((choice) => {
    // Numbered by kind, so that adding one shifts the random numbers of no other kind.
    const number = (numbers.get(choice.name) ?? 0) + 1;
    numbers.set(choice.name, number);
    return { name: `${choice.name}-${number}`, create: factoryOf(impairments, choice) };
  });
  if (loss === 0) return named;
  return [
    { name: 'loss', create: factoryOf(impairments, { name: 'bernoulli', params: { loss, together: 1 } }) },
    ...named,
  ];
}
