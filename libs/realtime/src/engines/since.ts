import { Position } from 'nestjs-realtime-protocol';
import type { Since } from './engine.interface.js';

/** Where to read from in a log that ends at `head`; undefined is the oldest event kept. */
export function sincePosition(since: Since, head: Position): Position | undefined {
  if (since === 'earliest') return undefined;
  if (since === 'latest') return head;
  if (since instanceof Position) return since;
  const before = new Position(head.epoch, since.getTime() - 1, Number.MAX_SAFE_INTEGER);
  return before.isAfter(head) ? head : before;
}
