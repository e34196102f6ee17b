import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PcapngWriter } from '../../sim/capture/pcapng';

interface Block {
  readonly type: number;
  readonly body: DataView;
}

/** Splits a file into blocks, checking that both lengths of each agree. */
function blocks(file: Uint8Array): Block[] {
  const view = new DataView(file.buffer, file.byteOffset);
  const found: Block[] = [];
  for (let at = 0; at < file.length;) {
    const length = view.getUint32(at + 4, true);
    assert.equal(length % 4, 0);
    assert.equal(view.getUint32(at + length - 4, true), length);
    found.push({
      type: view.getUint32(at, true),
      body: new DataView(file.buffer, file.byteOffset + at + 8, length - 12),
    });
    at += length;
  }
  return found;
}

function options(body: DataView, at: number): Map<number, string> {
  const found = new Map<number, string>();
  while (at < body.byteLength) {
    const code = body.getUint16(at, true);
    const length = body.getUint16(at + 2, true);
    if (code === 0) break;
    const bytes = Array.from({ length }, (_, i) => body.getUint8(at + 4 + i));
    found.set(code, String.fromCharCode(...bytes));
    at += 4 + ((length + 3) & ~3);
  }
  return found;
}

function capture(write: (writer: PcapngWriter) => void, snapLength?: number): Block[] {
  const parts: Uint8Array[] = [];
  write(new PcapngWriter((part) => parts.push(part), snapLength));
  return blocks(Uint8Array.from(parts.flatMap((part) => [...part])));
}

describe('pcapng files', () => {
  it('begin with a section header in little-endian order', () => {
    const [header] = capture(() => undefined);
    assert.equal(header!.type, 0x0a0d0d0a);
    assert.equal(header!.body.getUint32(0, true), 0x1a2b3c4d);
    assert.equal(options(header!.body, 16).get(4), 'hopwise');
  });

  it('name each interface and give it nanosecond stamps and raw IP', () => {
    const [, first, second] = capture((writer) => {
      assert.equal(writer.addInterface('r1>r2'), 0);
      assert.equal(writer.addInterface('client'), 1);
    });
    assert.equal(first!.type, 1);
    assert.equal(first!.body.getUint16(0, true), 101);
    assert.equal(options(first!.body, 8).get(2), 'r1>r2');
    assert.equal(options(first!.body, 8).get(9), '\t');
    assert.equal(options(second!.body, 8).get(2), 'client');
  });

  it('stamp packets to the nanosecond, beyond 32 bits', () => {
    const at = 12_345_678_901_234;
    const [, , packet] = capture((writer) => {
      writer.addInterface('a');
      writer.write(0, at, new Uint8Array([1, 2, 3, 4, 5]));
    });
    assert.equal(packet!.type, 6);
    assert.equal(packet!.body.getUint32(4, true) * 2 ** 32 + packet!.body.getUint32(8, true), at);
    assert.equal(packet!.body.getUint32(12, true), 5);
    assert.deepEqual(
      [...Array(5).keys()].map((i) => packet!.body.getUint8(20 + i)),
      [1, 2, 3, 4, 5],
    );
  });

  it('cut packets at the snap length and keep the original length', () => {
    const [, , packet] = capture((writer) => {
      writer.addInterface('a');
      writer.write(0, 0, new Uint8Array(100));
    }, 54);
    assert.deepEqual([packet!.body.getUint32(12, true), packet!.body.getUint32(16, true)], [54, 100]);
  });
});
