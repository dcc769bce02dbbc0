import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT } from '../shared/event.js';

const line = `${JSON.stringify(EVENT)}\n`;

/** What a disk gives to one who waits for it each time. */
export function start() {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-realtime-bench-'));
  const file = openSync(join(folder, 'file'), 'a');

  return {
    run(/** @type {number} */ count) {
      for (let left = count; left > 0; left--) {
        writeSync(file, line);
        fdatasyncSync(file);
      }
    },
    stop() {
      closeSync(file);
      rmSync(folder, { recursive: true });
    },
  };
}
