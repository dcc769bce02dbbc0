import type { Tree } from './lmdb-meta.js';
import { DamageError, type LmdbPage, type Node } from './lmdb-page.js';
import type { LmdbPages } from './lmdb-pages.js';

/** After so many pages others have their turn. */
const PAGES_PER_TURN = 2_000;

/** A page to be looked at. */
interface Step {
  readonly number: number;
  readonly depth: number;
  /** No key below is less; all keys before are. Undefined where the tree begins. */
  readonly least: Buffer | undefined;
}

/** A way through a tree from its first key to its last, on which everything is looked at. */
export class TreeWalk {
  /** Those that were to be kept. */
  readonly values: Buffer[] = [];
  private readonly found = { branches: 0, leaves: 0, overflows: 0, entries: 0 };
  private last: Buffer | undefined;

  /** @param keeps which values are kept; those that are trees are only allowed where they are */
  constructor(
    private readonly pages: LmdbPages,
    private readonly tree: Tree,
    private readonly compare: (a: Buffer, b: Buffer) => number,
    private readonly keeps: 'none' | 'trees' | 'all',
  ) {}

  /** @throws DamageError when the tree is not what it says it is */
  async finish(): Promise<void> {
    const { root } = this.tree;
    const ahead: Step[] = root === undefined ? [] : [{ number: root, depth: 1, least: undefined }];
    for (let count = 1; ahead.length > 0; count++) {
      if (count % PAGES_PER_TURN === 0) await new Promise((resolve) => void setImmediate(resolve));
      const step = ahead.pop()!;
      const page = this.pages.take(step.number);
      assert(page.isLeaf === (step.depth === this.tree.depth), 'a table is uneven');
      if (page.isLeaf) this.leaf(page, step);
      else ahead.push(...this.branch(page, step).toReversed());
    }
    for (const name of ['branches', 'leaves', 'overflows', 'entries'] as const) {
      const [found, said] = [this.found[name], this.tree[name]];
      assert(found === said, `a table has ${found} ${name}, not ${said}`);
    }
  }

  private branch(page: LmdbPage, { depth, least }: Step): Step[] {
    this.found.branches++;
    // The first key of a branch is never looked at.
    return page.nodes().map(({ key, child }, index) => ({
      number: child,
      depth: depth + 1,
      least: index === 0 ? least : key,
    }));
  }

  private leaf(page: LmdbPage, { least }: Step): void {
    const nodes = page.nodes();
    this.found.leaves++;
    this.found.entries += nodes.length;
    const inOrder = (key: Buffer, before: Buffer) => this.compare(key, before) > 0;
    assert(!least || !this.last || inOrder(least, this.last), 'a key is where it is not looked for');
    assert(!least || this.compare(nodes[0]!.key, least) >= 0, 'a key is where it is not looked for');
    for (const node of nodes) {
      assert(!this.last || inOrder(node.key, this.last), 'the keys of a table are out of order');
      this.last = node.key;
      this.value(page, node);
    }
  }

  private value(page: LmdbPage, node: Node): void {
    assert((node.kind === 'tree') === (this.keeps === 'trees'), 'a table is where there is none');
    if (node.kind === 'big') {
      const { pages, bytes } = this.pages.takeValue(page.value(node), node.valueBytes);
      this.found.overflows += pages;
      if (this.keeps === 'all') this.values.push(bytes());
    } else if (this.keeps !== 'none') this.values.push(page.value(node));
  }
}

function assert(holds: boolean, fault: string): asserts holds {
  if (!holds) throw new DamageError(fault);
}
