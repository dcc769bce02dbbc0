import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { turns } from './turns.js';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is held in memory, buffers included, once nothing more can be freed. */
export async function heapBytes(): Promise<number> {
  let lowest = Infinity;
  for (let bytes = measure(); bytes < lowest - 100_000; bytes = measure()) {
    lowest = bytes;
    await turns(3);
  }
  return lowest;
}

function measure(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
