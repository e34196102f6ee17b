import assert from 'node:assert/strict';
import { apps } from '../../sim/apps';
import type { AppHost, AppPlugin } from '../../sim/apps/app';
import { EventQueue } from '../../sim/core/event-queue';
import type { ParamSpec } from '../../sim/core/plugin';
import type { ByteStream } from '../../sim/transport/byte-stream';
import { exampleOf, pageOf } from '../support/documented';

describe('the application in docs/adding-an-application.md', () => {
  it('writes one byte at the interval it is told, and says over which transport', () => {
    const { heartbeat } = exampleOf('docs/adding-an-application.md', 'sim/apps/heartbeat.ts') as {
      heartbeat: AppPlugin<ParamSpec>;
    };
    assert.deepEqual(heartbeat.transports, ['stream']);
    const events = new EventQueue();
    let written = 0;
    const connection = { writeAll: (bytes: number) => (written += bytes) } as unknown as ByteStream;
    const host = { events, open: () => connection } as unknown as AppHost;
    const app = heartbeat.create({ every: 1e9 } as never, host);
    app.start();
    events.run(9.5e9);
    assert.equal(written, 10);
    assert.deepEqual(app.metrics(), [{ metric: 'beats', unit: '', value: 10 }]);
  });
});

describe('docs/models/traffic.md', () => {
  for (const [name, { transports }] of Object.entries(apps)) {
    it(`has a row for ${name} with its transports`, () => {
      const [row] = new RegExp(`^\\| \`${name}\`.*$`, 'm').exec(pageOf('docs/models/traffic.md')) ?? [];
      assert.ok(row);
      const cell = row.split('|')[2]!.trim().toLowerCase().split(', ');
      assert.deepEqual(new Set(cell), new Set(transports));
    });
  }
});
