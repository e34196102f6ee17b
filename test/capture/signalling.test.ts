import assert from 'node:assert/strict';
import { Capture } from '../../sim/capture/capture';
import { seedOf } from '../../sim/run/seed';
import { build } from '../../sim/scenario/build';
import { formatIpv4 } from '../../sim/net/addressing';
import type { Scenario } from '../../sim/scenario/scenario';
import type { SipTap } from '../../sim/sip/endpoint';
import { loadStudy } from '../../sim/node/scenario-files';
import { needs, tool } from '../support/capture-tools';

const MB = 1e6;
/** What one host sends and receives is captured up to so many bytes: beginnings of studies have all kinds of messages. */
const ENOUGH = 2 * MB;
const SECOND = 1e9;

const FIELDS = ['_ws.malformed', '_ws.expert.severity', '_ws.expert.group', '_ws.expert.message', 'ip.src', 'ip.dst', 'sip.Call-ID', 'msrp.messageid'] as const; // prettier-ignore
type Field = (typeof FIELDS)[number];
type Row = Readonly<Record<Field, string>>;

/** PI_ERROR and PI_MALFORMED of epan/proto.h. */
const ERROR = 0x00800000;
const MALFORMED = 0x07000000;

/** The SIP messages that the simulator has seen at each node. */
class Count implements SipTap {
  readonly at = new Map<string, number>();

  onSend: SipTap['onSend'] = (_, { name }) => this.add(name);
  onArrive: SipTap['onArrive'] = (_, { name }) => this.add(name);

  private add(name: string): void {
    this.at.set(name, (this.at.get(name) ?? 0) + 1);
  }
}

/** A run that stops when enough is captured: at the callee of its first session, and at a signalling server. */
function captured(scenario: Scenario) {
  const { simulation, sessions, signalling } = build(scenario, seedOf(1, 1));
  const server = signalling?.servers.at(-1)?.node.name;
  const names = [sessions[0]!.route.at(-1)!.name, ...(server === undefined ? [] : [server])];
  const count = new Count();
  signalling?.watch(count);
  let size = 0;
  const files = names.map((name) => {
    const parts: Uint8Array[] = [];
    const node = simulation.findNode(name)!;
    const capture = new Capture(simulation, (part) => {
      parts.push(part);
      size += part.length;
    });
    capture.host(node);
    return { name, address: formatIpv4(simulation.addressing.ipv4(node.address)), parts };
  });
  for (let t = SECOND; t <= scenario.run.duration && size < ENOUGH; t += SECOND) simulation.run(t);
  return { files: files.map(({ parts, ...of }) => ({ ...of, file: Buffer.concat(parts) })), count, sessions };
}

/** What tshark sees in a file, a row for each packet; null without tshark. */
function dissected(file: Uint8Array): readonly Row[] | null {
  const fields = ['-T', 'fields', '-E', 'aggregator=;', ...FIELDS.flatMap((field) => ['-e', field])];
  const output = tool('tshark', ['-o', 'tcp.reassemble_out_of_order:TRUE', ...fields, '-r'], file);
  if (output === null) return null;
  const lines = output.split('\n').slice(0, -1);
  return lines.map((line) => {
    const values = line.split('\t');
    return Object.fromEntries(FIELDS.map((field, i) => [field, values[i] ?? ''])) as Row;
  });
}

function isWrong(row: Row): boolean {
  const severities = row['_ws.expert.severity'].split(';').map(Number);
  const groups = row['_ws.expert.group'].split(';').map(Number);
  return row['_ws.malformed'] !== '' || severities.some((s) => s >= ERROR) || groups.includes(MALFORMED);
}

/** Every value of a field that may stand several times to a packet. */
function values(rows: readonly Row[], field: Field): string[] {
  return rows.flatMap((row) => row[field].split(';')).filter((value) => value !== '');
}

describe('captures of shipped studies of signalling, as tshark reads them', function () {
  this.timeout(120_000);

  // the draft's figures, all studies of signalling, and what the gallery has with servers of its own
  const studies = [
    ['figure-1-session-model', 'msrp'],
    ['figure-2-paging-model', 'sip'],
    ['figure-3-aggregate-circuits', 'msrp'],
    ['figure-4-session-intermediary', 'msrp'],
    ['figure-5-a-nat', 'msrp'],
    ['paging-against-session', 'both'],
    ['header-overhead', 'both'],
    ['setup-delay', 'msrp'],
    ['signalling-overload', 'sip'],
    ['small-behind-large', 'msrp'],
    ['ten-thousand-users', 'both'],
    ['gallery/session-border-controller', 'msrp'],
    ['gallery/sip-in-session', 'sip'],
  ] as const;
  for (const [name, carrier] of studies) {
    it(`${name}: nothing is malformed, and every message is there`, function () {
      const { points } = loadStudy(name);
      let found = 0;
      for (const { scenario, factors } of new Set([points[0]!, points.at(-1)!])) {
        const { files, count, sessions } = captured(scenario);
        for (const [i, { name: host, address, file }] of files.entries()) {
          const where = `${name} ${JSON.stringify(factors)} at ${host}`;
          const rows = dissected(file);
          needs(this, rows, 'tshark');
          assert.deepEqual(rows.filter(isWrong), [], where);
          // a server may be a router, too, of what is not for it
          const own = rows.filter((row) => [row['ip.src'], row['ip.dst']].includes(address));
          assert.equal(values(own, 'sip.Call-ID').length, count.at.get(host) ?? 0, `SIP messages, ${where}`);
          found += values(rows, 'msrp.messageid').length;
          if (i > 0 || carrier !== 'msrp') continue;
          // tshark puts no MSRP together again that TCP has cut; a number in ten may be cut itself
          const delivered = sessions[0]!.app.metrics().find(({ metric }) => metric === 'messagesDelivered')!.value;
          const numbers = new Set(
            Buffer.from(file)
              .toString('latin1')
              .match(/Message-ID: \S+(?=\r\n)/g),
          );
          assert.ok(numbers.size >= 0.9 * delivered, `${numbers.size} of ${delivered} MSRP messages, ${where}`);
        }
      }
      assert.equal(found > 0, carrier !== 'sip', 'MSRP');
    });
  }
});
