import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomStream } from '../../sim/core/random';
import { EventQueue, type EventSource, Timer, type Wakeup } from '../../sim/core/event-queue';

/** Notes what fires when, and may then do something. */
class Recorder implements EventSource {
  readonly fired: string[] = [];
  readonly actions = new Map<number, () => void>();

  constructor(private readonly events: EventQueue) {}

  fire(kind: number): void {
    this.fired.push(`${kind}@${this.events.now}`);
    this.actions.get(kind)?.();
  }
}

function recorded(count: number, firstOrder = 0): { events: EventQueue; recorder: Recorder; wakeups: Wakeup[] } {
  const events = new EventQueue(firstOrder);
  const recorder = new Recorder(events);
  return { events, recorder, wakeups: Array.from({ length: count }, (_, kind) => events.register(recorder, kind)) };
}

describe('EventQueue', () => {
  it('fires by time, and in the order of arming within an instant', () => {
    const { events, recorder, wakeups } = recorded(4);
    events.arm(wakeups[3]!, 20);
    events.arm(wakeups[2]!, 10);
    events.arm(wakeups[0]!, 20);
    events.arm(wakeups[1]!, 10);
    events.run(100);
    assert.deepEqual(recorder.fired, ['2@10', '1@10', '3@20', '0@20']);
    assert.equal(events.now, 100);
    assert.equal(events.fired, 4);
  });

  it('puts armFirst before every arm of the instant, and keeps the order among the first', () => {
    const { events, recorder, wakeups } = recorded(4);
    events.arm(wakeups[0]!, 10);
    events.armFirst(wakeups[1]!, 10);
    events.arm(wakeups[2]!, 10);
    events.armFirst(wakeups[3]!, 10);
    events.run(10);
    assert.deepEqual(recorder.fired, ['1@10', '3@10', '0@10', '2@10']);
  });

  it('moves an entry to the front of its instant when it is armed again with armFirst', () => {
    const { events, recorder, wakeups } = recorded(3);
    for (const id of wakeups) events.arm(id, 10);
    events.armFirst(wakeups[2]!, 10);
    events.run(10);
    assert.deepEqual(recorder.fired, ['2@10', '0@10', '1@10']);
  });

  it('includes events at the end of a run and leaves later ones', () => {
    const { events, recorder, wakeups } = recorded(2);
    events.arm(wakeups[0]!, 10);
    events.arm(wakeups[1]!, 11);
    events.run(10);
    assert.deepEqual(recorder.fired, ['0@10']);
    assert.equal(wakeups[1]!.deadline, 11);
  });

  it('does not set the clock to infinity when it runs dry', () => {
    const { events, wakeups } = recorded(1);
    events.arm(wakeups[0]!, 10);
    events.run(Infinity);
    assert.equal(events.now, 10);
  });

  it('keeps one entry when an event is armed later or earlier', () => {
    const { events, recorder, wakeups } = recorded(2);
    for (const at of [10, 50, 30, 20, 70, 5, 40]) {
      events.arm(wakeups[0]!, at);
      assert.equal(events.size, 1);
      assert.equal(wakeups[0]!.deadline, at);
    }
    events.run(100);
    assert.deepEqual(recorder.fired, ['0@40']);
    assert.equal(events.fired, 1);
  });

  it('orders an event that was moved to an instant by when it was moved', () => {
    const { events, recorder, wakeups } = recorded(2);
    events.arm(wakeups[0]!, 10);
    events.arm(wakeups[1]!, 20);
    events.arm(wakeups[0]!, 20);
    events.run(100);
    assert.deepEqual(recorder.fired, ['1@20', '0@20']);
  });

  it('forgets what is disarmed', () => {
    const { events, recorder, wakeups } = recorded(3);
    for (const id of wakeups) events.arm(id, 10);
    events.disarm(wakeups[1]!);
    assert.equal(events.size, 2);
    assert.equal(wakeups[1]!.isArmed, false);
    assert.equal(wakeups[1]!.deadline, Infinity);
    events.run(10);
    assert.deepEqual(recorder.fired, ['0@10', '2@10']);
  });

  it('takes events at the present instant while firing', () => {
    const { events, recorder, wakeups } = recorded(3);
    events.arm(wakeups[0]!, 10);
    events.arm(wakeups[1]!, 10);
    recorder.actions.set(0, () => events.arm(wakeups[2]!, 10));
    events.run(10);
    assert.deepEqual(recorder.fired, ['0@10', '1@10', '2@10']);
  });

  it('does not count the event being fired, and lets it arm itself', () => {
    const { events, recorder, wakeups } = recorded(1);
    events.arm(wakeups[0]!, 10);
    recorder.actions.set(0, () => {
      assert.equal(events.size, 0);
      assert.equal(wakeups[0]!.isArmed, false);
      if (events.now < 30) events.arm(wakeups[0]!, events.now + 10);
    });
    events.run(100);
    assert.deepEqual(recorder.fired, ['0@10', '0@20', '0@30']);
    assert.equal(events.size, 0);
  });

  it('lets an event unregister itself and register another while firing', () => {
    const { events, recorder, wakeups } = recorded(2);
    events.arm(wakeups[0]!, 10);
    events.arm(wakeups[1]!, 20);
    recorder.actions.set(0, () => {
      events.unregister(wakeups[0]!);
      events.arm(events.register(recorder, 7), 15);
    });
    events.run(100);
    assert.deepEqual(recorder.fired, ['0@10', '7@15', '1@20']);
    assert.equal(events.size, 0);
  });

  it('cancels the pending event that is unregistered', () => {
    const { events, recorder, wakeups } = recorded(2);
    events.arm(wakeups[0]!, 10);
    events.arm(wakeups[1]!, 10);
    recorder.actions.set(0, () => events.unregister(wakeups[1]!));
    events.run(100);
    assert.deepEqual(recorder.fired, ['0@10']);
  });

  it('returns from run after the event that called stop, and can go on', () => {
    const { events, recorder, wakeups } = recorded(2);
    events.arm(wakeups[0]!, 10);
    events.arm(wakeups[1]!, 20);
    recorder.actions.set(0, () => events.stop());
    events.run(100);
    assert.deepEqual(recorder.fired, ['0@10']);
    assert.equal(events.now, 10);
    events.run(100);
    assert.deepEqual(recorder.fired, ['0@10', '1@20']);
  });

  it('behaves as a sorted list under any sequence of operations', () => {
    const id = fc.nat({ max: 11 });
    const delay = fc.nat({ max: 4 });
    // near and far: the queue stores them apart
    const scale = fc.constantFrom(1, 3000, 1e6, 1e9, 1e12);
    // from the beginning, or so that the orders are used up on the way
    const firstOrder = fc.constantFrom(0, 2 ** 30 - 8);
    const operation = fc.oneof(
      fc.record({ op: fc.constant('arm' as const), id, delay }),
      fc.record({ op: fc.constant('armFirst' as const), id, delay }),
      fc.record({ op: fc.constant('disarm' as const), id, delay }),
      fc.record({ op: fc.constant('run' as const), id, delay: fc.nat({ max: 2 }) }),
    );
    fc.assert(
      fc.property(
        fc.array(operation, { minLength: 10, maxLength: 120 }),
        scale,
        firstOrder,
        (operations, scale, first) => {
          const { events, recorder, wakeups } = recorded(12, first);
          const model: Entry[] = [];
          const expected: string[] = [];
          let armed = 0;
          const rearm = (kind: number, at: number, first: boolean): void => {
            const present = model.findIndex((e) => e.kind === kind);
            if (present >= 0) model.splice(present, 1);
            model.push({ kind, at, first, order: armed++ });
          };
          // some events arm their neighbour for the same instant
          for (let kind = 1; kind < 12; kind += 4) {
            recorder.actions.set(kind, () => events.arm(wakeups[kind + 1]!, events.now));
          }
          for (const { op, id, delay } of operations) {
            const at = events.now + delay * scale;
            if (op === 'arm') events.arm(wakeups[id]!, at);
            else if (op === 'armFirst') events.armFirst(wakeups[id]!, at);
            else if (op === 'disarm') events.disarm(wakeups[id]!);
            else events.run(at);
            if (op === 'arm' || op === 'armFirst') rearm(id, at, op === 'armFirst');
            const present = model.findIndex((e) => e.kind === id);
            if (op === 'disarm' && present >= 0) model.splice(present, 1);
            if (op === 'run') {
              for (let next = earliest(model); next !== undefined && next.at <= at; next = earliest(model)) {
                model.splice(model.indexOf(next), 1);
                expected.push(`${next.kind}@${next.at}`);
                if (next.kind % 4 === 1) rearm(next.kind + 1, next.at, false);
              }
            }
            assert.equal(events.size, model.length);
            assert.equal(wakeups[id]!.deadline, model.find((e) => e.kind === id)?.at ?? Infinity);
            assert.deepEqual(recorder.fired, expected);
          }
        },
      ),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('fires each of thousands of events at its time, whether near or far, dense or sparse', () => {
    const events = new EventQueue();
    const due = new Float64Array(3000).fill(Infinity);
    // from nanoseconds to minutes, so that the buckets of the wheel change their width and number
    const spans = [10, 1e4, 1e7, 6e10];
    let state = 1;
    const uniform = (): number => (state = Math.imul(state, 48271) & 0x7fffffff) / 0x7fffffff;
    let last = 0;
    const arm = (i: number, span: number): void => {
      due[i] = events.now + Math.floor(uniform() * span);
      events.arm(wakeups[i]!, due[i]!);
    };
    const wakeups: Wakeup[] = [];
    const source: EventSource = {
      fire(i) {
        assert.equal(events.now, due[i]);
        assert.ok(events.now >= last);
        last = events.now;
        const phase = spans[(events.fired >> 14) % 4]!;
        arm(i, i % 7 === 0 ? 6e10 : phase);
        // some are brought forward or put off, some are called off until later
        if (i % 5 === 0) arm((i + 31) % 250, phase);
        if (i % 11 === 0) {
          const other = (i + 17) % 250;
          events.disarm(wakeups[other]!);
          due[other] = Infinity;
          arm((i + 18) % 250, 1e9);
        }
      },
    };
    // `kind` tells 250 apart; the others are only there to be many
    for (let i = 0; i < due.length; i++) {
      const other = { fire: () => events.arm(wakeups[i]!, events.now + 1 + i * 1e5) };
      wakeups.push(events.register(i < 250 ? source : other, i < 250 ? i : 0));
      if (i < 250) arm(i, 1e6);
      else events.arm(wakeups[i]!, i * 1e4);
    }
    for (let at = 1; events.fired < 200_000; at *= 1.5) {
      events.run(at);
      for (let i = 0; i < 250; i++) {
        assert.ok(due[i]! > events.now);
        assert.equal(wakeups[i]!.deadline, due[i]);
      }
    }
  });

  it('stays sorted over many thousand events whose density changes by a million', () => {
    const count = 250;
    const { events, recorder, wakeups } = recorded(count);
    const due = new Float64Array(count).fill(Infinity);
    const random = new RandomStream([1, 2, 3, 4], 'events');
    let fired = 0;
    let span = 10;
    let last = 0;
    wakeups.forEach((id, kind) => {
      const arm = (): void => {
        const at = events.now + Math.floor(random.exponential(span));
        due[kind] = at;
        events.arm(id, at);
      };
      recorder.actions.set(kind, () => {
        assert.equal(events.now, due[kind]);
        assert.ok(events.now >= last);
        last = events.now;
        due[kind] = Infinity;
        if (++fired % 20_000 === 0) span *= 100;
        arm();
        // another is put off, brought forward, or cancelled and armed again
        const other = random.integer(0, count - 1);
        const at = events.now + Math.floor(random.exponential(span));
        if (random.chance(0.3)) events.disarm(wakeups[other]!);
        events.arm(wakeups[other]!, at);
        due[other] = at;
        if (fired === 80_000) events.stop();
      });
      arm();
    });
    events.run(Infinity);
    assert.equal(fired, 80_000);
    assert.equal(events.size, count);
    wakeups.forEach((id, kind) => assert.equal(id.deadline, due[kind]));
    assert.ok(Math.min(...due) >= events.now);
  });

  it('grows beyond its first capacity without losing the order', () => {
    const { events, recorder, wakeups } = recorded(1000);
    wakeups.forEach((id, i) => events.arm(id, (i * 7919) % 1009));
    events.run(Infinity);
    const times = recorder.fired.map((text) => Number(text.split('@')[1]));
    assert.equal(times.length, 1000);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
  });
});

describe('Timer', () => {
  it('calls back at its deadline, once, and not after release', () => {
    const events = new EventQueue();
    const at: number[] = [];
    const timer = new Timer(events, () => at.push(events.now));
    timer.arm(10);
    assert.equal(timer.deadline, 10);
    events.run(50);
    assert.equal(timer.isArmed, false);
    timer.arm(60);
    timer.release();
    events.run(100);
    assert.deepEqual(at, [10]);
  });
});

interface Entry {
  readonly kind: number;
  readonly at: number;
  readonly first: boolean;
  readonly order: number;
}

function earliest(entries: readonly Entry[]): Entry | undefined {
  return [...entries].sort((a, b) => a.at - b.at || Number(b.first) - Number(a.first) || a.order - b.order)[0];
}
