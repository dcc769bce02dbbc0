import { DamageError } from './lmdb-page.js';
import type { LmdbPages } from './lmdb-pages.js';

const WORD = 8;

/** The order of the keys of the tree of free pages, the transactions that freed them. */
export function compareIntegers(a: Buffer, b: Buffer): number {
  if (a.length !== WORD || b.length !== WORD)
    throw new DamageError('the free pages are not listed as they were');
  return Number(a.readBigInt64LE(0) - b.readBigInt64LE(0));
}

/**
 * @param list its length, and then for each free page its number, or for several in a row minus their count and
 * the first; or nothing, a zero
 * @throws DamageError when a page is on it that is not free
 */
export function checkFreePages(list: Buffer, lastPage: number, pages: LmdbPages): void {
  const word = (index: number) => Number(list.readBigInt64LE(index * WORD));
  const length = list.length % WORD === 0 && list.length > 0 ? word(0) : -1;
  let sound = length >= 0 && (length + 1) * WORD <= list.length;
  let block = 1;
  for (let index = 1; sound && index <= length; index++) {
    const entry = word(index);
    if (entry > 0) sound = entry + block - 1 <= lastPage && pages.areFree(entry, block);
    block = entry < 0 ? -entry : 1;
  }
  if (!sound) throw new DamageError('a page is on the list of free pages that is not free');
}
