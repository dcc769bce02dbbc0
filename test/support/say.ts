import { writeSync } from 'node:fs';

/** Says a line to whoever started this program. It has left this process when this returns. */
export function say(message: unknown): void {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) rest = rest.subarray(write(rest));
}

/** @returns how many bytes went: none when whoever listens has to catch up first */
function write(bytes: Buffer): number {
  try {
    return writeSync(1, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
