import { EVENT } from './event.js';

const BULK = 500;

/** Jobs that are tried again when they fail, as ours are, and forgotten when they succeed. */
export const QUEUE_OPTIONS = Object.freeze({
  defaultJobOptions: {
    removeOnComplete: true,
    attempts: 10,
    backoff: { type: 'exponential', delay: 5_000 },
  },
});

/**
 * Adds so many jobs, in the fastest way there is.
 * @param {import('bullmq').Queue} queue
 * @param {number} count a multiple of 500
 */
export async function addJobs(queue, count) {
  for (let added = 0; added < count; added += BULK) {
    await queue.addBulk(Array.from({ length: BULK }, () => ({ name: 'event', data: EVENT })));
  }
}
