import { readSync } from 'node:fs';
import { DamageError, PAGE_HEADER } from './lmdb-page.js';

/** The version of the format that is known here: LMDB 1.0's, on 64 bits, little-endian. */
export const KNOWN_VERSION = 2;
const MAGIC = 0xbeefc0de;
const INTEGER_KEYS = 0x08;
const TREE_BYTES = 48;
/** Offsets within a meta page. */
const TREES = PAGE_HEADER + 24;
const TRANSACTION = TREES + 2 * TREE_BYTES + 8;
const META_BYTES = TRANSACTION + 8;

/** What a file says of one of its trees. */
export interface Tree {
  readonly hasIntegerKeys: boolean;
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  readonly overflows: number;
  readonly entries: number;
  /** Undefined for an empty tree. */
  readonly root: number | undefined;
}

/** One of the two pages with which a file begins; the one of the later transaction counts. */
export interface Meta {
  readonly version: number;
  readonly pageBytes: number;
  readonly transaction: number;
  /** The free pages; the table of tables. */
  readonly trees: readonly [Tree, Tree];
}

/** @throws DamageError when there is none at `offset` */
export function readMeta(fd: number, offset: number): Meta {
  const bytes = Buffer.alloc(META_BYTES);
  if (readSync(fd, bytes, 0, META_BYTES, offset) < META_BYTES) throw new DamageError('it is cut short');
  if (bytes.readUInt32LE(PAGE_HEADER) !== MAGIC) throw new DamageError('it does not begin like one');
  return {
    version: bytes.readUInt32LE(PAGE_HEADER + 4),
    pageBytes: bytes.readUInt32LE(TREES),
    transaction: Number(bytes.readBigUInt64LE(TRANSACTION)),
    trees: [
      readTree(bytes.subarray(TREES, TREES + TREE_BYTES)),
      readTree(bytes.subarray(TREES + TREE_BYTES, TREES + 2 * TREE_BYTES)),
    ],
  };
}

/** @throws DamageError when it is none */
export function readTree(bytes: Buffer): Tree {
  if (bytes.length !== TREE_BYTES) throw new DamageError('one of its tables is none');
  const number = (offset: number) => Number(bytes.readBigUInt64LE(offset));
  const depth = bytes.readUInt16LE(6);
  return {
    hasIntegerKeys: (bytes.readUInt16LE(4) & INTEGER_KEYS) !== 0,
    depth,
    branches: number(8),
    leaves: number(16),
    overflows: number(24),
    entries: number(32),
    root: depth === 0 ? undefined : number(40),
  };
}
