import { ScenarioError } from '../../sim/scenario/problem';
import { LabEngine } from './engine';
import type { Answer, Command } from './protocol';

/*
 * The engine of one variant, in a thread of its own. One answer for each command, in order.
 */

let engine: LabEngine | null = null;
/** What was asked for before is answered first. */
let turn = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<Command>) => {
  turn = turn.then(async () => {
    try {
      answer(await obey(data));
    } catch (error) {
      if (error instanceof ScenarioError) answer({ kind: 'problems', problems: error.problems });
      else answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  });
});

async function obey(command: Command): Promise<Answer> {
  if (command.kind === 'load') {
    engine = null;
    engine = new LabEngine(command.request);
    engine.go(command.until);
    return { kind: 'loaded', loaded: engine.loaded, frame: engine.frame() };
  }
  // many never ask
  if (command.kind === 'ladder') return { kind: 'ladder', ladder: (await import('./judge')).ladder(command.request) };
  if (command.kind === 'judge') return { kind: 'judged', judgement: (await import('./judge')).judge(command.request) };
  if (engine === null) throw new Error('no scenario is loaded');
  if (command.kind === 'go') engine.go(command.until);
  else if (command.kind === 'step') engine.step();
  else if (command.kind === 'inspect') engine.inspect(command.target);
  else if (command.kind === 'capture')
    return { kind: 'captured', link: command.link, bytes: engine.capture(command.link) };
  return { kind: 'frame', frame: engine.frame() };
}

function answer(message: Answer): void {
  postMessage(message, { transfer: buffersOf(message) });
}

/** Memory that the page takes over. */
function buffersOf(message: Answer): ArrayBuffer[] {
  if (message.kind === 'captured') return [message.bytes.buffer as ArrayBuffer];
  if (message.kind !== 'frame' && message.kind !== 'loaded') return [];
  const { packets, links, nodes } = message.frame;
  return [packets, links, nodes].map(({ buffer }) => buffer as ArrayBuffer);
}
