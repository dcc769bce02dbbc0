import { EVENT } from '../../shared/event.js';
import { CONCURRENCY } from '../terms.js';
import { signedPost } from '../signed-post.js';

/**
 * A loop over an array: nothing is kept, nothing is tried again.
 * @param {{ url: string }} target
 */
export function start({ url }) {
  const { send, close } = signedPost(url);
  let last = 0;
  /** @type {{ id: string, data: unknown }[]} */
  let waiting = [];

  return {
    prepare(/** @type {number} */ count) {
      waiting = Array.from({ length: count }, () => ({ id: `msg_${++last}`, data: EVENT }));
    },
    async run() {
      const lane = async () => {
        for (let next; (next = waiting.pop());) await send(next.id, next.data);
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, lane));
    },
    stop: close,
  };
}
