/** Orders cursors of one log, from no more than what docs/PROTOCOL.md says of their form. */
export function compareCursors(one: string, other: string): number {
  const [epoch, ms = '', seq = ''] = one.split('-');
  const [otherEpoch, otherMs = '', otherSeq = ''] = other.split('-');
  if (epoch !== otherEpoch) throw new Error(`${one} and ${other} are of two logs.`);
  return compareNumbers(ms, otherMs) || compareNumbers(seq, otherSeq);
}

/** Of base 36, without leading zeros. */
function compareNumbers(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : Number(one > other);
}
