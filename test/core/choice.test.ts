import assert from 'node:assert/strict';
import { factoryOf, fields, pluginChoice } from '../../sim/core/choice';
import { number, rate } from '../../sim/core/params';
import { definer } from '../../sim/core/plugin';

const define = definer<{ readonly name: string }, string>();
const fruits = {
  apple: define({
    summary: 'round',
    reference: '',
    params: { weight: number('in kg', 0.2, 0, 10) },
    create: ({ weight }, { name }) => `${name}: apple of ${weight}`,
  }),
  pear: define({ summary: 'long', reference: '', params: {}, create: () => 'pear' }),
};
const baskets = {
  basket: define({
    summary: 'holds a fruit',
    reference: '',
    params: { fruit: pluginChoice(fruits, 'what is in it', 'apple'), speed: rate('how fast', '1 Mbit/s') },
    create: ({ fruit }, host) => `basket with ${factoryOf(fruits, fruit)(host)}`,
  }),
};
const fruit = pluginChoice(fruits, 'a fruit');
const basket = pluginChoice(baskets, 'a basket');

function issuesOf(schema: typeof fruit | typeof basket, input: unknown): string[] {
  const result = schema.safeParse(input);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

describe('choosing a plugin by name', () => {
  it('accepts a bare name and fills in the defaults', () => {
    assert.deepEqual(fruit.parse('apple'), { name: 'apple', params: { weight: 0.2 } });
  });

  it('accepts a name with parameters', () => {
    assert.deepEqual(fruit.parse({ apple: { weight: 1 } }), { name: 'apple', params: { weight: 1 } });
  });

  it('may be a parameter of another plugin, and parses to base units', () => {
    assert.deepEqual(basket.parse({ basket: { fruit: { apple: {} }, speed: '2 kbit/s' } }), {
      name: 'basket',
      params: { fruit: { name: 'apple', params: { weight: 0.2 } }, speed: 2000 },
    });
  });

  it('uses its default where the field is left out', () => {
    const schema = fields({ fruit: pluginChoice(fruits, 'a fruit', 'pear') });
    assert.deepEqual(schema.parse({}), { fruit: { name: 'pear', params: {} } });
  });

  it('becomes a factory that creates with the parsed parameters', () => {
    const make = factoryOf(baskets, basket.parse({ basket: { fruit: { apple: { weight: 3 } } } }));
    assert.equal(make({ name: 'Ida' }), 'basket with Ida: apple of 3');
  });

  it('refuses an unknown name and suggests a known one', () => {
    assert.deepEqual(issuesOf(fruit, 'appel'), [': expected one of apple, pear (did you mean apple?)']);
    assert.deepEqual(issuesOf(fruit, { peer: {} }), [
      'peer: unknown name; expected one of apple, pear (did you mean pear?)',
    ]);
  });

  it('does not take inherited properties for names', () => {
    assert.equal(issuesOf(fruit, 'toString').length, 1);
  });

  it('refuses unknown and wrong parameters at their place, also of an inner choice', () => {
    assert.deepEqual(issuesOf(basket, { basket: { fruit: { apple: { wieght: 1 } }, sped: 1 } }), [
      'basket.fruit.apple: unknown field; expected weight',
      'basket: unknown field; expected one of fruit, speed (did you mean speed?)',
    ]);
    assert.equal(issuesOf(fruit, { apple: { weight: 11 } }).length, 1);
  });

  it('refuses two names, none, and what is not a name', () => {
    for (const input of [{ apple: {}, pear: {} }, {}, 3, null, ['apple'], undefined]) {
      assert.deepEqual(issuesOf(fruit, input), [': expected one of apple, pear, or { name: { parameter: value } }']);
    }
  });
});
