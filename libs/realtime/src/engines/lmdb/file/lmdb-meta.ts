import { readSync } from 'node:fs';
import { DamageError, PAGE_HEADER } from './lmdb-page.js';

const META = 0x08;
const MAGIC = 0xbeefc0de;
/** Of the format: LMDB 1.0's. */
const VERSION = 2;
const MIN_PAGE_BYTES = 512;
const MAX_PAGE_BYTES = 65_536;
/** Of the tree of free pages. */
const INTEGER_KEYS = 0x08;
const MAX_DEPTH = 32;
const TREE_BYTES = 48;
/** Offsets within a meta page. */
const TREES = PAGE_HEADER + 24;
const LAST_PAGE = TREES + 2 * TREE_BYTES;
const TRANSACTION = LAST_PAGE + 8;
const META_BYTES = TRANSACTION + 8;

/** What a file says of one of its trees. */
export interface Tree {
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  readonly overflows: number;
  readonly entries: number;
  /** Undefined for an empty tree. */
  readonly root: number | undefined;
}

/** How a file begins: what the last transaction left. */
export interface Meta {
  readonly pageBytes: number;
  readonly lastPage: number;
  readonly transaction: number;
  readonly free: Tree;
  /** The tree of trees. */
  readonly main: Tree;
}

/**
 * Reads the two pages with which a file begins, written by every other transaction each.
 * @throws DamageError when they are not what two transactions in a row leave
 */
export function readMeta(fd: number): Meta {
  const even = readPage(fd, 0);
  const odd = readPage(fd, even.pageBytes);
  const isNew = even.transaction === 0 && odd.transaction === 0;
  const inTurn = even.transaction % 2 === 0 && Math.abs(even.transaction - odd.transaction) === 1;
  if (even.pageBytes !== odd.pageBytes || !(isNew || inTurn))
    throw new DamageError('its first pages disagree');
  return odd.transaction > even.transaction ? odd : even;
}

/** @throws DamageError when it is none */
export function readTree(bytes: Buffer, flags = 0): Tree {
  const number = (offset: number) => Number(bytes.readBigUInt64LE(offset));
  if (bytes.length !== TREE_BYTES || bytes.readUInt16LE(4) !== flags)
    throw new DamageError('a table is none');
  const depth = bytes.readUInt16LE(6);
  if (depth > MAX_DEPTH) throw new DamageError('a table is too deep');
  return {
    depth,
    branches: number(8),
    leaves: number(16),
    overflows: number(24),
    entries: number(32),
    root: depth === 0 ? undefined : number(40),
  };
}

function readPage(fd: number, offset: number): Meta {
  const bytes = Buffer.alloc(META_BYTES);
  if (readSync(fd, bytes, 0, META_BYTES, offset) < META_BYTES) throw new DamageError('it is cut short');
  const pageBytes = bytes.readUInt32LE(TREES);
  const isMeta =
    bytes.readUInt16LE(18) === META &&
    bytes.readUInt32LE(PAGE_HEADER) === MAGIC &&
    bytes.readUInt32LE(PAGE_HEADER + 4) === VERSION &&
    pageBytes >= MIN_PAGE_BYTES &&
    pageBytes <= MAX_PAGE_BYTES &&
    Number.isInteger(Math.log2(pageBytes));
  if (!isMeta) throw new DamageError('it does not begin like one');
  return {
    pageBytes,
    lastPage: Number(bytes.readBigUInt64LE(LAST_PAGE)),
    transaction: Number(bytes.readBigUInt64LE(TRANSACTION)),
    free: readTree(bytes.subarray(TREES, TREES + TREE_BYTES), INTEGER_KEYS),
    main: readTree(bytes.subarray(TREES + TREE_BYTES, LAST_PAGE)),
  };
}
