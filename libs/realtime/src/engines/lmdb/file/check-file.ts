import { closeSync, fstatSync, openSync } from 'node:fs';
import { checkFreePages, compareIntegers } from './free-pages.js';
import { type Meta, readMeta, readTree } from './lmdb-meta.js';
import { DamageError } from './lmdb-page.js';
import { LmdbPages } from './lmdb-pages.js';
import { TreeWalk } from './tree-walk.js';

/** Where LMDB's file has the format that is known here: numbers of 64 bits, the lowest byte first. */
const KNOWN_PROCESSORS = new Set(['x64', 'arm64']);
/** Pages at the end that were given back in the transaction that took them were never written. */
const MAX_UNWRITTEN = 1_000_000;

/**
 * Looks at LMDB's file before it is mapped into memory. LMDB trusts what it finds there: a file that was cut
 * short, or has other bytes in it than were written, ends the process or worse. Every page that can be reached
 * is read, a gigabyte in a few seconds; the bytes of values are not looked at.
 * @throws DamageError when it is not as LMDB left it
 */
export async function checkFile(path: string): Promise<void> {
  if (!KNOWN_PROCESSORS.has(process.arch)) return;
  const fd = openSync(path, 'r');
  try {
    const meta = readMeta(fd);
    const pages = new LmdbPages(fd, meta, Math.floor(fstatSync(fd).size / meta.pageBytes));
    await checkTrees(meta, pages);
  } finally {
    closeSync(fd);
  }
}

async function checkTrees({ main, free, lastPage }: Meta, pages: LmdbPages): Promise<void> {
  const trees = new TreeWalk(pages, main, Buffer.compare, 'trees');
  await trees.finish();
  for (const tree of trees.values) {
    await new TreeWalk(pages, readTree(tree), Buffer.compare, 'none').finish();
  }
  const lists = new TreeWalk(pages, free, compareIntegers, 'all');
  await lists.finish();
  if (lastPage < pages.last || lastPage > pages.count + MAX_UNWRITTEN) {
    throw new DamageError('its end is not where it was');
  }
  for (const list of lists.values) checkFreePages(list, lastPage, pages);
}
