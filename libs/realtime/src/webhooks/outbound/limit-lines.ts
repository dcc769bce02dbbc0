import type { Socket } from 'node:net';

/** More than the headers of any honest answer have. */
const MAX_LINES = 100;
const LINE_FEED = 10;

/** An answer has more lines than are read of one. */
export class TooManyLinesError extends Error {
  override readonly name = 'TooManyLinesError';

  constructor() {
    super(`The answer has more than ${MAX_LINES} lines of headers.`);
  }
}

/**
 * Has no more than so many lines read of each answer that comes over a connection; then that ends. The parser
 * holds each line of headers by objects of a hundred times its size, so their bytes alone are no bound of memory.
 */
export function limitLines(socket: Socket): void {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket);
  let left = MAX_LINES;
  socket.read = (size?: number): Buffer | null => {
    if (left === 0) return null;
    const chunk = read(size) as Buffer | null;
    if (!chunk) return chunk;
    let end = chunk.indexOf(LINE_FEED);
    for (; end !== -1 && --left > 0;) end = chunk.indexOf(LINE_FEED, end + 1);
    if (left > 0) return chunk;
    // First the parser has what there is up to here: it may be an answer, and the rest its body.
    process.nextTick(() => socket.destroy(new TooManyLinesError()));
    return chunk.subarray(0, end + 1);
  };
  // A request, so what is read from now on is its answer.
  socket.write = ((...request: Parameters<typeof write>) => {
    left = MAX_LINES;
    return write(...request);
  }) as typeof write;
}
