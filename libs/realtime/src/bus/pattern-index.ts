import { OWN_SEGMENT, type TopicPattern } from './topic-pattern.js';

/** A place in the tree of patterns, by the segments that lead there: `*` and `**` are segments like others. */
class Node<Value> {
  readonly next = new Map<string, Node<Value>>();
  /** What stands behind the patterns that end here. Boxed, for two may have the same. */
  readonly values = new Set<{ readonly value: Value }>();

  get isEmpty(): boolean {
    return this.next.size + this.values.size === 0;
  }
}

/** Patterns and what stands behind them, found by topic without trying each. */
export class PatternIndex<Value> {
  private readonly root = new Node<Value>();

  /** @returns the function that takes it out again */
  add({ shape }: TopicPattern, value: Value): () => void {
    const path = [this.root];
    const segments = shape.split('/');
    for (const segment of segments) {
      const { next } = path.at(-1)!;
      if (!next.has(segment)) next.set(segment, new Node());
      path.push(next.get(segment)!);
    }
    const box = { value };
    path.at(-1)!.values.add(box);
    return () => {
      if (!path.at(-1)!.values.delete(box)) return;
      for (let depth = path.length - 1; depth > 0 && path[depth]!.isEmpty; depth--) {
        path[depth - 1]!.next.delete(segments[depth - 1]!);
      }
    };
  }

  /** What stands behind each pattern that matches `topic`. */
  match(topic: string): Value[] {
    if (this.root.isEmpty) return [];
    const found: Value[] = [];
    const segments = topic.split('/');
    const visit = (node: Node<Value> | undefined, depth: number): void => {
      if (!node) return;
      if (depth === segments.length) return void collect(node);
      visit(node.next.get(segments[depth]!), depth + 1);
      if (depth === 0 && segments[0] === OWN_SEGMENT) return;
      visit(node.next.get('*'), depth + 1);
      collect(node.next.get('**'));
    };
    const collect = (node: Node<Value> | undefined) => {
      for (const { value } of node?.values ?? []) found.push(value);
    };
    visit(this.root, 0);
    return found;
  }
}
