import { writeSync } from 'node:fs';

/** Says a line to whoever started this program. It has left this process when this returns. */
export function say(message: unknown): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}
