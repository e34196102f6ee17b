import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRunning } from './store/journal';

/**
 * A folder that gets its name when everything in it is written, and takes the place of what had the name before. What a
 * killed process has left of such folders is removed.
 */
export class DraftFolder {
  /** Files begun, in order. */
  readonly files: string[] = [];
  private readonly draft: string;
  private readonly open: TextFile[] = [];

  constructor(
    private readonly parent: string,
    private readonly name: string,
  ) {
    mkdirSync(parent, { recursive: true });
    for (const entry of readdirSync(parent)) {
      const pid = /^\..*-(\d+)$/.exec(entry)?.[1];
      if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(parent, entry), { recursive: true, force: true });
    }
    this.draft = join(parent, `.${name}-${process.pid}`);
    rmSync(this.draft, { recursive: true, force: true });
    mkdirSync(this.draft);
  }

  /** Begins a file; its path may lead through folders. */
  file(path: string): TextFile {
    mkdirSync(dirname(join(this.draft, path)), { recursive: true });
    const file = new TextFile(join(this.draft, path));
    this.files.push(path);
    this.open.push(file);
    return file;
  }

  /** Writes a whole file. */
  write(path: string, text: string): void {
    const file = this.file(path);
    file.write(text);
    file.close();
  }

  /** Gives the folder its name, and `pointer`, if any, beside it a text that says so. Returns its path. */
  finish(pointer?: string): string {
    for (const file of this.open) file.close();
    const folder = join(this.parent, this.name);
    const old = join(this.parent, `${this.name}-old`);
    // A process killed between the two moves has left an old folder: it is all there is, or the new one has its place.
    const hasName = readdirSync(this.parent).includes(this.name);
    if (hasName) {
      rmSync(old, { recursive: true, force: true });
      renameSync(folder, old);
    }
    renameSync(this.draft, folder);
    rmSync(old, { recursive: true, force: true });
    if (pointer === undefined) return folder;
    const text = join(this.parent, `.${pointer}-${process.pid}`);
    const file = new TextFile(text);
    file.write(`${this.name}\n`);
    file.close();
    renameSync(text, join(this.parent, pointer));
    return folder;
  }

  /** Removes what was written, unless it is finished. */
  discard(): void {
    for (const file of this.open) file.close();
    rmSync(this.draft, { recursive: true, force: true });
  }
}

const FLUSH = 1 << 18;

/** A file written piece by piece. It is open only while it is written to: there may be thousands. */
export class TextFile {
  private pieces: string[] = [];
  private length = 0;

  /** Replaces what is there. */
  constructor(private readonly path: string) {
    closeSync(openSync(path, 'w'));
  }

  write(text: string): void {
    this.pieces.push(text);
    this.length += text.length;
    if (this.length >= FLUSH) this.flush();
  }

  /** Writes what is left. Closing twice does nothing more. */
  close(): void {
    if (this.length > 0) this.flush();
  }

  private flush(): void {
    const bytes = Buffer.from(this.pieces.join(''));
    const descriptor = openSync(this.path, 'a');
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
    closeSync(descriptor);
    this.pieces = [];
    this.length = 0;
  }
}
