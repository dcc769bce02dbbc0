import { readSync } from 'node:fs';
import type { Meta } from './lmdb-meta.js';
import { DamageError, LmdbPage, OVERFLOW, PAGE_HEADER } from './lmdb-page.js';

/** The pages of a file, each to be read once: none is in two places. */
export class LmdbPages {
  /** The last page of those that were read. */
  last = 1;
  private readonly taken: Uint8Array;

  /** @param count whole pages in the file */
  constructor(
    private readonly fd: number,
    private readonly meta: Meta,
    readonly count: number,
  ) {
    // The first two say where the trees are.
    this.taken = new Uint8Array(count).fill(1, 0, 2);
  }

  /** Whether none of these is in a tree. */
  areFree(first: number, count: number): boolean {
    for (let number = first; number < first + count && number < this.count; number++) {
      if (this.taken[number] !== 0) return false;
    }
    return true;
  }

  /** @throws DamageError when it is no page of a tree */
  take(number: number): LmdbPage {
    this.mark(number, 1);
    const { pageBytes, transaction } = this.meta;
    return new LmdbPage(this.bytes(number, pageBytes), number, transaction);
  }

  /**
   * The value that has pages of its own.
   * @param reference what stands for it in a leaf
   * @throws DamageError when it has not
   */
  takeValue(reference: Buffer, valueBytes: number): { readonly pages: number; readonly bytes: () => Buffer } {
    const [number, pages] = [Number(reference.readBigUInt64LE(0)), Number(reference.readBigUInt64LE(16))];
    assert(pages === Math.ceil((PAGE_HEADER + valueBytes) / this.meta.pageBytes), number);
    this.mark(number, pages);
    const header = this.bytes(number, PAGE_HEADER);
    assert(header.readBigUInt64LE(0) === BigInt(number), number);
    assert(header.readBigUInt64LE(8) <= this.meta.transaction, number);
    assert(header.readUInt16LE(18) === OVERFLOW && header.readUInt32LE(20) === pages, number);
    return { pages, bytes: () => this.bytes(number, PAGE_HEADER + valueBytes).subarray(PAGE_HEADER) };
  }

  private mark(first: number, pages: number): void {
    if (!(first + pages <= this.count)) throw new DamageError('it is cut short');
    for (let number = first; number < first + pages; number++) {
      if (this.taken[number] !== 0) throw new DamageError(`page ${number} is in two places`);
      this.taken[number] = 1;
    }
    this.last = Math.max(this.last, first + pages - 1);
  }

  private bytes(number: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    readSync(this.fd, bytes, 0, length, number * this.meta.pageBytes);
    return bytes;
  }
}

function assert(holds: boolean, number: number): asserts holds {
  if (!holds) throw new DamageError(`page ${number} is not what was written there`);
}
