import { emptyEngine } from '../shared/engine.js';
import { EVENT } from '../shared/event.js';

const TOPICS = 100;
const RETENTION = { maxEvents: 1_000, maxAgeMs: 3_600_000, maxBytes: Infinity, idempotencyMs: 600_000 };
const json = JSON.stringify(EVENT);

/**
 * Publishers who wait for their event to be on disk before the next.
 * @param {{ publishers: number }} argument
 */
export async function start({ publishers }) {
  const { engine, remove } = emptyEngine('lmdb');
  await engine.start(RETENTION);
  let left = 0;
  const publish = async () => {
    while (left-- > 0) {
      await engine.publish({ topic: `orders/${left % TOPICS}`, type: 'order.ready', json });
    }
  };

  return {
    async run(/** @type {number} */ count) {
      left = count;
      await Promise.all(Array.from({ length: publishers }, publish));
    },
    async stop() {
      await engine.stop();
      remove();
    },
  };
}
