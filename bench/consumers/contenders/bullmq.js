import { Queue, Worker } from 'bullmq';
import { addJobs, QUEUE_OPTIONS } from '../../shared/bullmq.js';
import { Countdown } from '../countdown.js';

const QUEUE = 'events';

/** @param {{ redisPort: number, concurrency: number }} argument */
export async function start({ redisPort, concurrency }) {
  const connection = { host: '127.0.0.1', port: redisPort };
  const countdown = new Countdown();
  const queue = new Queue(QUEUE, { connection, ...QUEUE_OPTIONS });
  const worker = new Worker(QUEUE, async () => countdown.tick(), {
    connection: { ...connection, maxRetriesPerRequest: null },
    concurrency,
  });
  await worker.waitUntilReady();

  return {
    async prepare(/** @type {number} */ count) {
      await worker.pause();
      await addJobs(queue, count);
    },
    async run(/** @type {number} */ count) {
      const done = countdown.from(count);
      worker.resume();
      await done;
    },
    async stop() {
      await worker.close();
      await queue.close();
    },
  };
}
