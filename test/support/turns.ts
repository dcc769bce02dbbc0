/** Lets the event loop turn `count` times: everything that is due in this process happens. It is not time. */
export async function turns(count = 1): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
