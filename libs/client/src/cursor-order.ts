import { Position } from 'nestjs-realtime-protocol';

/** Where a log begins. */
export const EARLIEST = 'earliest';

/** Whether `cursor` is later than `other`. Between logs there is no order: there, everything is. */
export function isAfter(cursor: string, other: string | undefined): boolean {
  if (other === undefined || other === EARLIEST) return true;
  if (cursor === other || cursor === EARLIEST) return false;
  const [one, another] = [Position.parse(cursor), Position.parse(other)];
  return one.epoch !== another.epoch || one.isAfter(another);
}

/** Whether there is an order between them. */
export function isOfSameLog(cursor: string, other: string | undefined): boolean {
  if (other === undefined || other === EARLIEST) return true;
  return Position.parse(cursor).epoch === Position.parse(other).epoch;
}

/** The one after which the most follows. */
export function earliestOf(cursors: readonly string[]): string | undefined {
  return cursors.reduce<string | undefined>(
    (first, cursor) => (first === undefined || isAfter(first, cursor) ? cursor : first),
    undefined,
  );
}

/** @throws ProtocolError `cursor-malformed` */
export function assertSince(since: string): void {
  if (since !== EARLIEST) Position.parse(since);
}
