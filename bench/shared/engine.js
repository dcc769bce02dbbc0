import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryEngine } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';

/**
 * An engine of that name with an empty log.
 * @param {string} name `memory` or `lmdb`
 */
export function emptyEngine(name) {
  if (name === 'memory') return { engine: memoryEngine(), remove() {} };
  const path = mkdtempSync(join(tmpdir(), 'nestjs-realtime-bench-'));
  return { engine: lmdbEngine({ path }), remove: () => rmSync(path, { recursive: true }) };
}
