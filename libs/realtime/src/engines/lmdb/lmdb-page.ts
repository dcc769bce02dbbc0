/** What is wrong with a file. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
}

/** Bytes before the pointers to a page's nodes; they point from there. */
export const PAGE_HEADER = 24;
export const OVERFLOW = 0x04;
const BRANCH = 0x01;
const LEAF = 0x02;
const NODE_HEADER = 8;
/** The value is where a value is that has pages of its own. */
const BIG = 0x01;
/** The value is a tree of its own. */
const TABLE = 0x02;
const BIG_BYTES = 24;
const NOTHING = Buffer.alloc(0);

/** A key and what it leads to. */
export interface Node {
  readonly key: Buffer;
  /** In a branch: the page below. */
  readonly child: number;
  /** In a leaf: how long the value is, and for a big one or a table, where it is. */
  readonly valueBytes: number;
  readonly value: Buffer;
  readonly isBig: boolean;
  readonly isTable: boolean;
}

/** A page of a tree in LMDB's file: a header, pointers to nodes, free space, the nodes without gaps. */
export class LmdbPage {
  readonly isLeaf: boolean;
  private readonly count: number;
  private readonly nodeBytes: number;

  /** @throws DamageError when it is not page `number` */
  constructor(
    private readonly bytes: Buffer,
    private readonly number: number,
  ) {
    const flags = bytes.readUInt16LE(18);
    const [lower, upper] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22)];
    this.isLeaf = flags === LEAF;
    this.count = lower / 2;
    this.nodeBytes = bytes.length - PAGE_HEADER - upper;
    this.assert(bytes.readBigUInt64LE(0) === BigInt(number) && (this.isLeaf || flags === BRANCH));
    this.assert(lower > 0 && lower % 2 === 0 && lower <= upper && this.nodeBytes > 0);
  }

  /** @throws DamageError when they reach out of the page, or do not fill the space that is theirs */
  nodes(): Node[] {
    const nodes: Node[] = [];
    let used = 0;
    for (let index = 0; index < this.count; index++) {
      const start = PAGE_HEADER + this.bytes.readUInt16LE(PAGE_HEADER + 2 * index);
      this.assert(start % 2 === 0 && start + NODE_HEADER <= this.bytes.length);
      const node = this.node(start);
      nodes.push(node);
      used += node.bytes + (node.bytes % 2);
    }
    this.assert(used === this.nodeBytes);
    return nodes;
  }

  private node(start: number): Node & { readonly bytes: number } {
    const low = this.bytes.readUInt32LE(start);
    const flags = this.bytes.readUInt16LE(start + 4);
    const keyEnd = start + NODE_HEADER + this.bytes.readUInt16LE(start + 6);
    const isBig = this.isLeaf && flags === BIG;
    const isTable = this.isLeaf && flags === TABLE;
    this.assert(!this.isLeaf || isBig || isTable || flags === 0);
    const end = keyEnd + (this.isLeaf ? (isBig ? BIG_BYTES : low) : 0);
    this.assert(end <= this.bytes.length);
    return {
      key: this.bytes.subarray(start + NODE_HEADER, keyEnd),
      child: low + flags * 2 ** 32,
      valueBytes: low,
      value: isBig || isTable ? this.bytes.subarray(keyEnd, end) : NOTHING,
      isBig,
      isTable,
      bytes: end - start,
    };
  }

  private assert(holds: boolean): void {
    if (!holds) throw new DamageError(`page ${this.number} is not what was written there`);
  }
}
