import { Queue, Worker } from 'bullmq';
import { EVENT } from '../../shared/event.js';
import { CONCURRENCY } from '../terms.js';
import { signedPost } from '../signed-post.js';

const QUEUE = 'deliveries';
const BULK = 500;

/**
 * One job per delivery, tried again when it fails.
 * @param {{ url: string, redisPort: number }} target
 */
export async function start({ url, redisPort }) {
  const connection = { host: '127.0.0.1', port: redisPort };
  const options = { removeOnComplete: true, attempts: 10, backoff: { type: 'exponential', delay: 5_000 } };
  const queue = new Queue(QUEUE, { connection, defaultJobOptions: options });
  const { send, close } = signedPost(url);
  const worker = new Worker(QUEUE, ({ id, data }) => send(`msg_${id}`, data), {
    connection: { ...connection, maxRetriesPerRequest: null },
    concurrency: CONCURRENCY,
  });
  await worker.waitUntilReady();

  return {
    async prepare(/** @type {number} */ count) {
      await worker.pause();
      for (let added = 0; added < count; added += BULK) {
        await queue.addBulk(Array.from({ length: BULK }, () => ({ name: 'delivery', data: EVENT })));
      }
    },
    run: () => worker.resume(),
    async stop() {
      await worker.close();
      await queue.close();
      await close();
    },
  };
}
