import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFile } from './file/check-file.js';
import { LmdbStore } from './lmdb-store.js';

/** More than LMDB makes of a new log. */
const NEW_LOG_BYTES = 256 * 1024;
/** More than LMDB needs for its readers. */
const LOCK_BYTES = 16 * 1024;

/**
 * Opens the tables in a folder that nobody else has open. What LMDB would meet with the end of the process is
 * looked for before: a damaged file, and a disk without room for its files.
 * @throws DamageError when the file is not as LMDB left it
 */
export async function openStore(path: string): Promise<LmdbStore> {
  const file = join(path, 'data.mdb');
  const isNew = !existsSync(file);
  if (!isNew) await checkFile(file);
  try {
    if (isNew) assertRoom(join(path, 'room.tmp'));
    allocateLock(join(path, 'lock.mdb'));
    return LmdbStore.open(path);
  } catch (error) {
    // Half a file would be taken for a damaged one at the next start.
    if (isNew) rmSync(file, { force: true });
    throw error;
  }
}

function assertRoom(file: string): void {
  try {
    writeFileSync(file, Buffer.alloc(NEW_LOG_BYTES));
  } finally {
    rmSync(file, { force: true });
  }
}

/** LMDB only sets its length: on a full disk, using it would end the process. */
function allocateLock(file: string): void {
  if (existsSync(file) && statSync(file).size >= LOCK_BYTES) return;
  writeFileSync(file, Buffer.alloc(LOCK_BYTES));
}
