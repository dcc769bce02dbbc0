/** Milliseconds of a clock that never goes back. */
export function monotonic(): number {
  return performance.now();
}
