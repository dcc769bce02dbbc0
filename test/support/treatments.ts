import { setTimeout as after } from 'node:timers/promises';
import type { Passage, Treatment } from './hostile-proxy.js';
import type { SeededRandom } from './seeded-random.js';

/** An error of the proxy's own: 502 unless another is given. */
export function refuse(status = 502, headers: Record<string, string> = {}): Treatment {
  return ({ response }) =>
    void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(`<h1>${status}</h1>`);
}

/** It is taken, and there is never an answer. */
export const ignore: Treatment = () => {};

/** As a proxy does that knows no upgrades: the server is asked for a page. */
export const dropUpgrade: Treatment = ({ pass }) => pass(undefined, false);

/** The answer is held back until all of it is there. */
export const buffer: Treatment = ({ pass }) => pass(whole);

/** Nothing more of the answer arrives after so many bytes, and nobody is told. */
export const stall =
  (bytes: number): Treatment =>
  ({ pass }) =>
    pass(stalling(bytes));

/** No request may take longer than this. */
export const cutAfter =
  (ms: number): Treatment =>
  ({ pass, socket, response }) => {
    const timer = setTimeout(() => socket.resetAndDestroy(), ms);
    response.on('close', () => clearTimeout(timer));
    pass();
  };

/** The answer is cut off after so many bytes, each piece of which takes so long. */
export const cutAt =
  (bytes: number, ms = 0): Treatment =>
  ({ pass, socket }) =>
    pass((all) => cutting(bytes, () => socket.resetAndDestroy())(delaying(ms)(all)));

/** Something of all that, now and then. */
export function anything(random: SeededRandom): Treatment {
  return (exchange) => {
    const treatments: readonly Treatment[] = [
      refuse(random.pick([500, 502, 503, 504, 404, 200])),
      dropUpgrade,
      buffer,
      ignore,
      stall(random.magnitude(1, 50_000)),
      cutAfter(random.magnitude(1, 500)),
      cutAt(random.magnitude(1, 50_000), random.magnitude(1, 50)),
      ...Array.from({ length: 8 }, () => cutAt(random.magnitude(1, 200_000))),
    ];
    random.pick(treatments)(exchange);
  };
}

async function* whole(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  yield Buffer.concat(chunks);
}

function stalling(count: number): Passage {
  return cutting(count, () => new Promise(() => {}));
}

function cutting(count: number, end: () => unknown): Passage {
  return async function* (bytes) {
    let left = count;
    for await (const chunk of bytes) {
      yield chunk.subarray(0, left);
      left -= Math.min(left, chunk.length);
      if (left === 0) await end();
    }
  };
}

function delaying(ms: number): Passage {
  return async function* (bytes) {
    for await (const chunk of bytes) {
      if (ms > 0) await after(ms);
      yield chunk;
    }
  };
}
