import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { linkSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from './system-error.js';

/** The longest path of a Unix socket on every system. */
const MAX_PATH_BYTES = 100;
const OWNER = /^owner-(\d+)$/;
/** Errors that say that nobody listens. */
const DEAD = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']);

/**
 * The sockets of a folder's owners: `owner-1`, `owner-2` and so on. The last one is the owner's as long as
 * somebody listens on it. It stays when that ends, so that no number is ever given twice: whoever wants the
 * folder makes the next number, and the file system lets only one process do so.
 */
export class OwnerSockets {
  private constructor(
    /** A path to the folder that is short enough. */
    private readonly folder: string,
    private readonly temporary: string | undefined,
  ) {}

  static in(folder: string): OwnerSockets {
    if (Buffer.byteLength(join(folder, 'owner-0123456789')) <= MAX_PATH_BYTES) {
      return new OwnerSockets(folder, undefined);
    }
    const temporary = mkdtempSync(join(tmpdir(), 'realtime-'));
    symlinkSync(realpathSync(folder), join(temporary, 'log'));
    return new OwnerSockets(join(temporary, 'log'), temporary);
  }

  /** A name to listen on before the folder is taken. */
  newName(): string {
    return join(this.folder, `new-${randomUUID().slice(0, 8)}`);
  }

  /**
   * Takes the folder for whoever listens on `own`, which loses that name.
   * @returns false when it has an owner
   */
  async take(own: string): Promise<boolean> {
    try {
      for (;;) {
        const last = Math.max(0, ...this.numbers());
        if (last > 0 && (await isListenedOn(this.path(last)))) return false;
        if (!this.link(own, last + 1)) continue;
        this.removeUpTo(last);
        return true;
      }
    } finally {
      rmSync(own, { force: true });
    }
  }

  /** Takes back what was made for a path that is too long. */
  dispose(): void {
    if (this.temporary) rmSync(this.temporary, { recursive: true });
  }

  private numbers(): number[] {
    return readdirSync(this.folder)
      .map((name) => Number(OWNER.exec(name)?.[1]))
      .filter((number) => number > 0);
  }

  private removeUpTo(last: number): void {
    const old = this.numbers().filter((number) => number <= last);
    for (const number of old) rmSync(this.path(number), { force: true });
  }

  private path(number: number): string {
    return join(this.folder, `owner-${number}`);
  }

  /** @returns false when somebody else was faster */
  private link(own: string, number: number): boolean {
    try {
      linkSync(own, this.path(number));
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }
}

async function isListenedOn(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if (DEAD.has(codeOf(error))) return false;
    // Nobody has taken the calls of others for a while, but somebody could.
    if (codeOf(error) === 'EAGAIN') return true;
    throw error;
  } finally {
    socket.destroy();
  }
}
