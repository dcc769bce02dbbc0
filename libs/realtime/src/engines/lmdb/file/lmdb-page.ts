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
/** What stands for a value that has pages of its own. */
const BIG_BYTES = 24;
/** By a leaf node's flags. */
const KINDS = Object.freeze(['value', 'big', 'tree'] as const);

/** A key and what it leads to. */
export interface Node {
  readonly key: Buffer;
  /** In a branch: the page below. */
  readonly child: number;
  /** In a leaf: whether the value is here, on pages of its own, or a tree of its own. */
  readonly kind: (typeof KINDS)[number];
  readonly valueBytes: number;
  readonly valueStart: number;
  readonly end: number;
}

/** A page of a tree in LMDB's file: a header, pointers to nodes, free space, the nodes without gaps. */
export class LmdbPage {
  readonly isLeaf: boolean;
  private readonly count: number;
  private readonly nodeBytes: number;

  /** @throws DamageError when it is not page `number`, or was written after `transaction` */
  constructor(
    private readonly bytes: Buffer,
    private readonly number: number,
    transaction: number,
  ) {
    const flags = bytes.readUInt16LE(18);
    const [lower, upper] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22)];
    this.isLeaf = flags === LEAF;
    this.count = lower / 2;
    this.nodeBytes = bytes.length - PAGE_HEADER - upper;
    this.assert(bytes.readBigUInt64LE(0) === BigInt(number) && (this.isLeaf || flags === BRANCH));
    this.assert(bytes.readBigUInt64LE(8) <= transaction);
    this.assert(lower > 0 && lower % 2 === 0 && lower <= upper && this.nodeBytes > 0);
  }

  /** @throws DamageError when they reach out of the page, or do not fill the space that is theirs */
  nodes(): Node[] {
    const nodes: Node[] = [];
    let used = 0;
    for (let index = 0; index < this.count; index++) {
      const start = PAGE_HEADER + this.bytes.readUInt16LE(PAGE_HEADER + 2 * index);
      this.assert(start % 2 === 0 && start + NODE_HEADER <= this.bytes.length);
      const node = this.isLeaf ? this.leafNode(start) : this.branchNode(start);
      this.assert(node.end <= this.bytes.length);
      nodes.push(node);
      used += node.end - start + ((node.end - start) % 2);
    }
    this.assert(used === this.nodeBytes);
    return nodes;
  }

  /** The value of a node, or what stands for it. */
  value({ valueStart, end }: Node): Buffer {
    return this.bytes.subarray(valueStart, end);
  }

  private leafNode(start: number): Node {
    const kind = KINDS[this.bytes.readUInt16LE(start + 4)];
    this.assert(kind !== undefined);
    const valueBytes = this.bytes.readUInt32LE(start);
    const valueStart = this.keyEnd(start);
    const end = valueStart + (kind === 'big' ? BIG_BYTES : valueBytes);
    return { key: this.key(start), child: 0, kind, valueBytes, valueStart, end };
  }

  private branchNode(start: number): Node {
    const child = this.bytes.readUInt32LE(start) + this.bytes.readUInt16LE(start + 4) * 2 ** 32;
    const end = this.keyEnd(start);
    return { key: this.key(start), child, kind: 'value', valueBytes: 0, valueStart: end, end };
  }

  private key(start: number): Buffer {
    return this.bytes.subarray(start + NODE_HEADER, this.keyEnd(start));
  }

  private keyEnd(start: number): number {
    return start + NODE_HEADER + this.bytes.readUInt16LE(start + 6);
  }

  private assert(holds: boolean): asserts holds {
    if (!holds) throw new DamageError(`page ${this.number} is not what was written there`);
  }
}
