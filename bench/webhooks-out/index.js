import { benchmark } from '../shared/benchmark.js';
import { REDIS } from '../shared/redis-modes.js';
import { Child } from '../shared/rpc.js';

const module = (/** @type {string} */ name) => new URL(`./contenders/${name}.js`, import.meta.url);

/** @type {import('../shared/contestant.js').Contender[]} */
const contenders = [
  { name: 'undici', label: 'undici in a loop', module: module('undici') },
  {
    name: 'realtime-memory',
    label: 'nestjs-realtime, memory engine',
    module: module('realtime'),
    argument: { engine: 'memory' },
  },
  {
    name: 'realtime-lmdb',
    label: 'nestjs-realtime, lmdb engine',
    module: module('realtime'),
    argument: { engine: 'lmdb' },
  },
  { name: 'bullmq', label: 'BullMQ, Redis without a disk', module: module('bullmq'), redis: REDIS.memory },
  {
    name: 'bullmq-always',
    label: 'BullMQ, Redis with `appendfsync always`',
    module: module('bullmq'),
    redis: REDIS.always,
  },
];

await benchmark({
  name: 'webhooks-out',
  unit: ['delivery', 'deliveries'],
  packages: ['nestjs-realtime', 'undici', 'lmdb', 'bullmq', 'ioredis'],
  plans: { full: { count: 20_000, samples: 7 }, quick: { count: 5_000, samples: 3 } },
  contenders,
  ratios: [
    { ours: 'realtime-memory', theirs: 'undici', atLeast: 0.7 },
    { ours: 'realtime-lmdb', theirs: 'undici', atLeast: 0.7 },
    { ours: 'realtime-memory', theirs: 'bullmq', atLeast: 2, whole: true },
    { ours: 'realtime-lmdb', theirs: 'bullmq-always', atLeast: 2, whole: true },
  ],
  async setUp({ others }) {
    const receiver = new Child(new URL('./receiver.js', import.meta.url), { core: others });
    const port = await receiver.request('start');
    for (const contender of contenders) {
      contender.argument = { ...contender.argument, url: `http://127.0.0.1:${port}/hook` };
    }
    return {
      async measure(contestant, count) {
        await receiver.request('expect', { count });
        return contestant.measureWhole(count, async () => {
          await contestant.request('run');
          await receiver.request('collect');
        });
      },
      tearDown: () => receiver.stop(),
    };
  },
});
