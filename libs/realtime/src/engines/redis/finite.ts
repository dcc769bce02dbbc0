/** A limit for a script, where -1 is none. */
export function finite(limit: number): number {
  return limit === Infinity ? -1 : limit;
}
