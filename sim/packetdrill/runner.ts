import type { Nanos } from '../core/event-queue';
import { Flag, Protocol } from '../core/packet';
import { State } from '../tcp/connection';
import { UDP_OVERHEAD } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import { CodeError } from './code';
import { CodeRunner } from './code-runner';
import { Expectations } from './expectation';
import type { Flow } from './flow';
import { Host } from './host';
import { onIcmp } from './icmp';
import { applyOptions, defaultRunOptions, type RunOptions } from './options';
import { parseScript } from './parser';
import { DEFAULT_PORT, Process } from './process';
import { Failure, type Outcome, type Warning } from './report';
import {
  type Place,
  type Script,
  ScriptError,
  type ScriptEvent,
  type ScriptOption,
  type ScriptPacket,
  type TcpSegment,
  type UdpDatagram,
  type When,
} from './script';
import { defaultSettings } from './settings';
import { applyCommand } from './shell';
import { Calls } from './system-calls';

/**
 * Runs a script of the packetdrill tool against the simulated TCP, in simulated time. Never throws for what a script can
 * cause: a script that cannot be read is a failed one.
 */
export function runScript(source: string, { definitions, options }: CommandLine = NO_COMMAND_LINE): Outcome {
  const warnings: Warning[] = [];
  const printed: string[] = [];
  try {
    const script = parseScript(source, definitions);
    // those in the script come later and so prevail
    new Runner({ ...script, options: [...options, ...script.options] }, warnings, printed).run();
    return { passed: true, warnings, printed };
  } catch (error) {
    if (error instanceof Failure) return { passed: false, failure: error, warnings, printed };
    if (!(error instanceof ScriptError)) throw error;
    return { passed: false, failure: new Failure(error.message, error.place), warnings, printed };
  }
}

/** What the tool's command line can say of a script. */
export interface CommandLine {
  /** `-D NAME=value`: words of the script that stand for something else. */
  readonly definitions: ReadonlyMap<string, string>;
  /** As the `--name=value` lines of a script. */
  readonly options: readonly ScriptOption[];
}

const NO_COMMAND_LINE: CommandLine = { definitions: new Map(), options: [] };

class Runner {
  private readonly host = new Host();
  private readonly settings = defaultSettings();
  private readonly options: RunOptions = defaultRunOptions();
  private readonly process: Process;
  private readonly calls: Calls;
  private readonly expectations: Expectations;
  private readonly code: CodeRunner;
  private place: Place = { line: 1, column: 1 };

  constructor(
    private readonly script: Script,
    private readonly warnings: Warning[],
    printed: string[],
  ) {
    const advance = (until: Nanos) => this.advance(until);
    this.process = new Process(this.host, this.settings, (message) => this.warn(message));
    this.calls = new Calls(this.process, this.options, advance);
    this.expectations = new Expectations(this.host, this.options, advance);
    this.host.onSent = (p, now) => {
      const { flow } = this.process;
      if (p.protocol === Protocol.tcp && flow?.localPort === p.srcPort && flow.remotePort === p.dstPort)
        flow.traffic.onSent(p, now);
    };
    this.code = new CodeRunner(
      () => this.process.flow,
      () => this.host.now,
      (line) => printed.push(line),
    );
  }

  run(): void {
    for (const problem of applyOptions(this.script.options, this.options, this.settings)) this.warn(problem);
    for (const { action } of this.script.events) {
      if (action.kind === 'outbound' && action.packet.kind === 'tcp') this.process.fastOpen.prepare(action.packet);
    }
    for (const event of this.script.events) {
      this.place = event.place;
      this.play(event);
    }
    this.calls.finish();
  }

  private play({ when, place, action }: ScriptEvent): void {
    switch (action.kind) {
      case 'outbound':
        this.expect(action.packet, when, place);
        return;
      case 'inbound':
        this.waitUntil(when);
        this.inject(action.packet, place);
        return;
      case 'call': {
        const base = when.kind === 'relative' ? this.host.now : 0;
        this.waitUntil(when);
        this.calls.begin(action.call, place, action.call.end === null ? null : base + action.call.end);
        this.watch();
        return;
      }
      case 'command':
        this.waitUntil(when);
        for (const problem of applyCommand(this.settings, action.text)) this.warn(problem);
        return;
      case 'code':
        this.waitUntil(when);
        this.runCode(action.text, place);
    }
  }

  private runCode(text: string, place: Place): void {
    try {
      this.code.run(text);
    } catch (error) {
      if (error instanceof CodeError) throw new Failure(error.message, place);
      throw error;
    }
  }

  private waitUntil(when: When): void {
    if (when.kind === 'any' || when.kind === 'untimed') return;
    const at = when.kind === 'relative' ? this.host.now + when.from : when.from;
    if (at < this.host.now - this.options.tolerance) {
      throw new Failure(`this should have happened at ${at / 1e9} s, but it is ${this.host.now / 1e9} s`, this.place);
    }
    while (this.host.now < at) this.advance(at);
    // what is due at this very moment comes before what the script does
    const { events } = this.host.simulation;
    for (let fired = -1; fired !== events.fired;) {
      fired = events.fired;
      this.advance(this.host.now);
    }
    this.calls.check();
  }

  /** Simulates up to `until` or to the next thing that may concern the script. */
  private advance(until: Nanos): void {
    this.host.run(until);
    this.watch();
    this.calls.retry();
    this.watch();
  }

  private expect(packet: ScriptPacket, when: When, place: Place): void {
    if (packet.kind === 'udp') {
      this.expectations.expectDatagram(packet, when, place);
      this.calls.check();
      return;
    }
    const segment = tcpOnly(packet, place);
    const { flow } = this.process;
    if (flow === null) throw new Failure('there is no connection that could send this', place);
    this.expectations.expect(segment, flow, when, place);
    this.calls.check();
  }

  private inject(packet: ScriptPacket, place: Place): void {
    if (packet.kind === 'icmp') {
      const problem = onIcmp(packet, this.process);
      if (problem !== null) throw new Failure(problem, place);
      this.calls.retry();
      return;
    }
    if (packet.kind === 'udp') {
      this.injectDatagram(packet, place);
      return;
    }
    const segment = tcpOnly(packet, place);
    const flow = this.flowOf(segment);
    flow.onInbound(segment);
    if (flow.connection !== null && this.options.segmentSize < flow.connection.receiver.segmentLimit) {
      flow.connection.receiver.segmentLimit = this.options.segmentSize;
    }
    this.host.inject(Protocol.tcp, flow.localPort, flow.remotePort, (p) => {
      flow.fill(p, segment);
      p.flow = flow.remotePort;
    });
    flow.traffic.onReceived(segment, this.host.now);
    this.watch();
    this.calls.retry();
    this.watch();
  }

  /** To the socket that was bound last, from its peer, unless ports are written. */
  private injectDatagram({ ports, length }: UdpDatagram, place: Place): void {
    const { datagrams } = this.process;
    const local = ports?.destination ?? datagrams?.bound?.port ?? DEFAULT_PORT;
    const remote = ports?.source ?? datagrams?.connectedTo ?? DEFAULT_PORT;
    if (!UdpStack.of(this.host.node).isTaken(local)) {
      throw new Failure(`nobody has bound UDP port ${local}, and ICMP errors are not sent`, place);
    }
    this.host.inject(Protocol.udp, local, remote, (p) => {
      p.length = length;
      p.size = length + UDP_OVERHEAD;
    });
    this.calls.retry();
  }

  private watch(): void {
    const { flow } = this.process;
    flow?.traffic.watch(flow.connection, this.host.now);
  }

  /** A SYN to a listener begins a connection, unless it repeats that of the current one. */
  private flowOf(segment: TcpSegment): Flow {
    const { flow, listeners } = this.process;
    const isSyn = (segment.flags & (Flag.syn | Flag.ack)) === Flag.syn;
    const ports = segment.ports && { local: segment.ports.destination, remote: segment.ports.source };
    if (flow === null) return this.process.newPassiveFlow(ports);
    if (!isSyn || listeners.size === 0) return flow;
    const state = flow.connection?.state;
    if (state === State.synSent || state === State.synReceived) return flow;
    return this.process.newPassiveFlow(ports);
  }

  private warn(message: string): void {
    this.warnings.push({ place: this.place, message });
  }
}

function tcpOnly(packet: ScriptPacket, place: Place): TcpSegment {
  if (packet.kind !== 'tcp') throw new Failure(`${packet.kind.toUpperCase()} is not simulated here`, place);
  return packet;
}
