/** The most of `times`, in milliseconds and in order, that lie within any second. */
export function busiestSecond(times: readonly number[]): number {
  let first = 0;
  return times.reduce((most, time, last) => {
    while (times[first]! <= time - 1_000) first++;
    return Math.max(most, last - first + 1);
  }, 0);
}
