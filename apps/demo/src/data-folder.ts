import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const USUAL_FOLDER = fileURLToPath(new URL('../../../.tmp/restaurant', import.meta.url));

/** Where the demo keeps what survives a restart: two logs, and the key of the guests' tokens. */
export class DataFolder {
  constructor(private readonly path: string) {}

  /** The one of the environment's DATA, or the usual one within the project. */
  static from(text: string | undefined): DataFolder {
    return new DataFolder(text || USUAL_FOLDER);
  }

  get restaurant(): string {
    return join(this.path, 'restaurant');
  }

  get charity(): string {
    return join(this.path, 'charity');
  }

  /** The key that was made here the first time. */
  guestsKey(): Buffer {
    const file = join(this.path, 'guests.key');
    mkdirSync(this.path, { recursive: true });
    try {
      writeFileSync(file, randomBytes(32), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    return readFileSync(file);
  }
}
