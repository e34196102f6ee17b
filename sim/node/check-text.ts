import { packetText } from '../verdict/packet-ref';
import type { Report } from '../verdict/check';
import { POWERS } from '../verdict/exposure';
import { ACTS, type Evidence } from '../verdict/interposed';
import type { Status } from '../verdict/rule';
import { ruledTable } from './ruled-table';

const COLUMNS = ['guideline', 'level', 'verdict', 'because'].map((heading) => ({ heading, align: 'left' as const }));
const WIDTH = 72;
/** Packets that stand behind a sentence in the terminal. */
const MOST_PACKETS = 3;

export interface TextOptions {
  /** The evidence of each verdict as well. */
  readonly evidence: boolean;
}

/** The verdicts on a run as a table, who is in the stream of its sessions, and a line that counts. */
export function checkText(report: Report, { evidence }: TextOptions): string {
  const rows = report.verdicts.map(({ rule, finding }) => [
    rule.name,
    rule.level,
    finding.status,
    wrap(finding.because),
  ]);
  const parts = [ruledTable(COLUMNS, rows)];
  if (evidence) {
    for (const { rule, finding } of report.verdicts) {
      if (finding.evidence.length === 0) continue;
      parts.push(
        [`${rule.name}: ${finding.status}`, ...finding.evidence.map((one) => `  ${evidenceText(one)}`)].join('\n'),
      );
      if (finding.status === 'broken') parts.push(`  mend: ${rule.mend}`);
    }
  }
  if (report.presences.length > 0) parts.push(presences(report));
  parts.push(exposureText(report), countsText(report));
  return parts.join('\n\n');
}

/** `9 kept, 3 broken (2 of them MUST), 2 not exercised; 1234 packets` */
export function countsText({ verdicts, packets }: Report): string {
  const count = (status: Status) => verdicts.filter(({ finding }) => finding.status === status);
  const must = count('broken').filter(({ rule }) => rule.level.startsWith('MUST')).length;
  const ofMust = must === 0 ? '' : ` (${must} of them MUST)`;
  return `${count('kept').length} kept, ${count('broken').length} broken${ofMust}, ${count('not exercised').length} not exercised; seen in ${packets} packets`; // prettier-ignore
}

function evidenceText({ text, packets }: Evidence): string {
  if (packets.length === 0) return text;
  const shown = packets.slice(0, MOST_PACKETS).map(packetText).join(', ');
  const more = packets.length > MOST_PACKETS ? ` and ${packets.length - MOST_PACKETS} more` : '';
  return `${text}: ${shown}${more}`;
}

function presences({ presences: all }: Report): string {
  const headings = ['session', 'intermediary', 'what it does', 'told', 'asked for by', 'found by'];
  const rows = all.map(({ session, interposed: { node, acts, announced, authorised }, discoveries }) => [
    session,
    node.name,
    [...acts.keys()].map((act) => ACTS[act]).join('\n'),
    names(announced.keys()),
    names(authorised.keys()),
    discoveries.flatMap(({ test, exposes }) => (exposes === null ? [] : [test])).join(', ') || 'nobody',
  ]);
  return ruledTable(
    headings.map((heading) => ({ heading, align: 'left' as const })),
    rows.slice(0, MOST_ROWS),
  );
}

/** Who could read, change or stop what. */
function exposureText({ exposures }: Report): string {
  const headings = ['session', 'who could', ...POWERS, 'has seen the address of'];
  const rows = exposures.flatMap(({ session, rows: all }) =>
    all.map(({ who, can, knows }) => {
      const parts = POWERS.map((power) => [...can[power].keys()].join('\n') || 'nothing');
      return [session, who, ...parts, [...knows.keys()].join('\n') || 'nobody'];
    }),
  );
  return ruledTable(
    headings.map((heading) => ({ heading, align: 'left' as const })),
    rows.slice(0, MOST_ROWS),
  );
}

const MOST_ROWS = 40;

export function names(nodes: Iterable<{ readonly name: string }>): string {
  return [...nodes].map(({ name }) => name).join(', ') || 'nobody';
}

/** Breaks a sentence into lines. */
function wrap(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
