import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { KNOWN_VERSION, readMeta, readTree, type Tree } from './lmdb-meta.js';
import { DamageError, LmdbPage, type Node, OVERFLOW, PAGE_HEADER } from './lmdb-page.js';

/** After so many pages others have their turn. */
const PAGES_PER_TURN = 2_000;

/**
 * LMDB's file, looked at before it is mapped into memory. LMDB trusts what it finds there: a file that was cut
 * short, or has other bytes in it than were written, ends the process or worse. Every page that can be reached
 * is read, about a gigabyte in a second or two; the bytes of values are not looked at.
 */
export class LmdbFile {
  private readonly seen: Uint8Array;
  private read = 0;

  private constructor(
    private readonly fd: number,
    private readonly pageBytes: number,
    pages: number,
  ) {
    // The first two say where the trees are.
    this.seen = new Uint8Array(pages).fill(1, 0, 2);
  }

  /** @throws DamageError when it is not as LMDB left it */
  static async check(path: string): Promise<void> {
    const fd = openSync(path, 'r');
    try {
      const first = readMeta(fd, 0);
      // What another build of LMDB wrote is for that to judge.
      if (first.version !== KNOWN_VERSION) return;
      const second = readMeta(fd, first.pageBytes);
      const { trees, pageBytes } = second.transaction > first.transaction ? second : first;
      const file = new LmdbFile(fd, pageBytes, Math.floor(fstatSync(fd).size / pageBytes));
      for (const tree of trees) await file.walk(tree);
    } finally {
      closeSync(fd);
    }
  }

  /** Goes through a tree from its first key to its last, and then through the tables in it. */
  private async walk(tree: Tree): Promise<void> {
    const count = { branches: 0, leaves: 0, overflows: 0, entries: 0 };
    const tables: Tree[] = [];
    let before: Buffer | undefined;
    const pending = tree.root === undefined ? [] : [{ number: tree.root, depth: 1 }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (++this.read % PAGES_PER_TURN === 0) await new Promise((resolve) => void setImmediate(resolve));
      const { isLeaf, nodes } = this.load(next.number);
      assert(isLeaf === (next.depth === tree.depth), 'a table is uneven');
      const depth = next.depth + 1;
      if (!isLeaf) {
        count.branches++;
        for (const { child } of nodes.toReversed()) pending.push({ number: child, depth });
        continue;
      }
      count.leaves++;
      count.entries += nodes.length;
      if (!tree.hasIntegerKeys) assertGrowing(before, nodes);
      before = nodes.at(-1)!.key;
      for (const node of nodes) {
        if (node.isBig) count.overflows += this.overflow(node);
        if (node.isTable) tables.push(readTree(node.value));
      }
    }
    for (const name of ['branches', 'leaves', 'overflows', 'entries'] as const) {
      assert(count[name] === tree[name], `a table has ${count[name]} ${name}, not ${tree[name]}`);
    }
    for (const table of tables) await this.walk(table);
  }

  private load(number: number): { readonly isLeaf: boolean; readonly nodes: readonly Node[] } {
    const page = new LmdbPage(this.bytes(number, this.pageBytes), number);
    return { isLeaf: page.isLeaf, nodes: page.nodes() };
  }

  /** @returns how many pages of its own a value has */
  private overflow({ value, valueBytes }: Node): number {
    const [number, pages] = [Number(value.readBigUInt64LE(0)), Number(value.readBigUInt64LE(16))];
    const header = this.bytes(number, PAGE_HEADER);
    const sound =
      header.readBigUInt64LE(0) === BigInt(number) &&
      header.readUInt16LE(18) === OVERFLOW &&
      header.readUInt32LE(20) === pages &&
      pages === Math.ceil((PAGE_HEADER + valueBytes) / this.pageBytes) &&
      number + pages <= this.seen.length;
    assert(sound, `page ${number} is not what was written there`);
    return pages;
  }

  private bytes(number: number, length: number): Buffer {
    assert(number < this.seen.length, 'it is cut short');
    assert(this.seen[number] === 0, `page ${number} is in two places`);
    this.seen[number] = 1;
    const bytes = Buffer.allocUnsafe(length);
    readSync(this.fd, bytes, 0, length, number * this.pageBytes);
    return bytes;
  }
}

function assertGrowing(before: Buffer | undefined, nodes: readonly Node[]): void {
  let last = before;
  for (const { key } of nodes) {
    assert(!last || key.compare(last) > 0, 'the keys of a table are out of order');
    last = key;
  }
}

function assert(holds: boolean, fault: string): asserts holds {
  if (!holds) throw new DamageError(fault);
}
