import { benchmark } from '../shared/benchmark.js';
import { REDIS } from '../shared/redis-modes.js';

const module = (/** @type {string} */ name) => new URL(`./contenders/${name}.js`, import.meta.url);

/** @param {number} concurrency */
const contendersWith = (concurrency) => [
  {
    name: `memory-${concurrency}`,
    label: `nestjs-realtime, memory engine, ${concurrency} at once`,
    module: module('realtime'),
    argument: { engine: 'memory', concurrency },
  },
  {
    name: `bullmq-${concurrency}`,
    label: `BullMQ, Redis without a disk, ${concurrency} at once`,
    module: module('bullmq'),
    argument: { concurrency },
    redis: REDIS.memory,
  },
  {
    name: `lmdb-${concurrency}`,
    label: `nestjs-realtime, lmdb engine, ${concurrency} at once`,
    module: module('realtime'),
    argument: { engine: 'lmdb', concurrency },
  },
  {
    name: `bullmq-always-${concurrency}`,
    label: `BullMQ, Redis with \`appendfsync always\`, ${concurrency} at once`,
    module: module('bullmq'),
    argument: { concurrency },
    redis: REDIS.always,
  },
];

await benchmark({
  name: 'consumers',
  unit: ['event', 'events'],
  packages: ['nestjs-realtime', 'lmdb', 'bullmq', 'ioredis'],
  plans: { full: { count: 20_000, samples: 5 }, quick: { count: 5_000, samples: 3 } },
  contenders: [...contendersWith(8), ...contendersWith(64)],
  ratios: [8, 64].flatMap((concurrency) => [
    { ours: `memory-${concurrency}`, theirs: `bullmq-${concurrency}`, atLeast: 2 },
    { ours: `lmdb-${concurrency}`, theirs: `bullmq-always-${concurrency}`, atLeast: 2 },
    { ours: `lmdb-${concurrency}`, theirs: `bullmq-${concurrency}`, atLeast: 2 },
  ]),
  setUp: async () => ({
    measure: (contestant, count) => contestant.measureWhole(count, () => contestant.request('run', count)),
    tearDown: async () => {},
  }),
});
