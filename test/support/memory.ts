import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose_gc');
const gc = runInNewContext('gc') as () => void;

/** Bytes in use after a full collection: by objects, and by what is outside of the heap, such as Buffers. */
export function memoryInUse(): { readonly heap: number; readonly external: number } {
  gc();
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, external };
}
