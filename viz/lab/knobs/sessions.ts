import { namesAt, type Schema } from '../completion';
import type { LabSession } from '../protocol';
import { type Field, listOf, nameIn, type Tree, treeOf } from './knob';

/** Sessions with knobs of their own. */
const MOST = 6;

/** Congestion controls; relays on or off; how a circuit carries its sessions. */
export function sessionFields(scenario: Tree, schema: Schema, known: readonly LabSession[]): Field[] {
  const values = namesAt(schema, ['transport', 'tcp', 'congestionControl']);
  const general = {
    of: '',
    label: 'congestion control',
    path: 'transport.tcp.congestionControl',
    values,
    otherwise: 'cubic',
  };
  // a relay that fails must be there
  const relays = /"relay":"/.test(JSON.stringify(scenario)) ? [] : known.filter((one) => one.mayBeRelayed);
  const sessions = listOf(scenario['sessions']).slice(0, MOST);
  return [
    general,
    ...sessions.flatMap((session) => {
      const isRelayable = relays.some(({ group }) => group === session['name']);
      return [
        ...pathFields(session, isRelayable),
        ...controlFields(session, values),
        ...circuitFields(session, schema),
      ];
    }),
  ];
}

function pathFields({ name }: Tree, isRelayable: boolean): Field[] {
  if (!isRelayable) return [];
  const values = ['end-to-end', 'relayed'];
  return [{ of: String(name), label: 'path', path: `sessions.${String(name)}.path`, values, otherwise: 'end-to-end' }];
}

function controlFields({ name, transport }: Tree, values: readonly string[]): Field[] {
  if (nameIn(treeOf(treeOf(transport)['tcp'])['congestionControl']) === undefined) return [];
  const path = `sessions.${String(name)}.transport.tcp.congestionControl`;
  return [{ of: String(name), label: 'congestion control', path, values, otherwise: '' }];
}

function circuitFields({ name, path, circuit }: Tree, schema: Schema): Field[] {
  if (path !== 'aggregated') return [];
  const field = (what: string, field: string, otherwise: string, values?: readonly string[]): Field => ({
    of: String(name),
    label: what,
    path: `sessions.${String(name)}.circuit.${field}`,
    values: values ?? namesAt(schema, ['sessions', '-', 'circuit', field]),
    otherwise,
  });
  const overTcp = (treeOf(circuit)['protocol'] ?? 'tcp') === 'tcp';
  return [
    field('circuit', 'protocol', 'tcp'),
    ...(overTcp ? [] : [field('streams of the circuit', 'streams', '1', ['1', '5', '50'])]),
    field('turns in the circuit', 'scheduler', 'drr'),
  ];
}
