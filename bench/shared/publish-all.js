import { EVENT } from './event.js';

const PUBLISHERS = 64;

/**
 * Publishes so many events, as a busy application would: many at once, each waited for.
 * @param {import('nestjs-realtime').RealtimeBus} bus
 * @param {number} count
 */
export async function publishAll(bus, count) {
  let left = count;
  const publisher = async () => {
    while (left-- > 0) await bus.publish('bench', EVENT);
  };
  await Promise.all(Array.from({ length: PUBLISHERS }, publisher));
}
