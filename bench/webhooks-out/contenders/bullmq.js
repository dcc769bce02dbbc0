import { Queue, Worker } from 'bullmq';
import { addJobs, QUEUE_OPTIONS } from '../../shared/bullmq.js';
import { CONCURRENCY } from '../terms.js';
import { signedPost } from '../signed-post.js';

const QUEUE = 'deliveries';

/**
 * One job per delivery, tried again when it fails.
 * @param {{ url: string, redisPort: number }} target
 */
export async function start({ url, redisPort }) {
  const connection = { host: '127.0.0.1', port: redisPort };
  const queue = new Queue(QUEUE, { connection, ...QUEUE_OPTIONS });
  const { send, close } = signedPost(url);
  const worker = new Worker(QUEUE, ({ id, data }) => send(`msg_${id}`, data), {
    connection: { ...connection, maxRetriesPerRequest: null },
    concurrency: CONCURRENCY,
  });
  await worker.waitUntilReady();

  return {
    async prepare(/** @type {number} */ count) {
      await worker.pause();
      await addJobs(queue, count);
    },
    async run() {
      worker.resume();
    },
    async stop() {
      await worker.close();
      await queue.close();
      await close();
    },
  };
}
