import { benchmark } from '../shared/benchmark.js';

/** @param {number} publishers */
const publishing = (publishers) => ({
  name: `lmdb-${publishers}`,
  label: `lmdb engine, ${publishers} publishing`,
  module: new URL('./lmdb.js', import.meta.url),
  argument: { publishers },
});

await benchmark({
  name: 'lmdb-appends',
  unit: ['append', 'appends'],
  packages: ['nestjs-realtime', 'lmdb'],
  plans: { full: { count: 20_000, samples: 5 }, quick: { count: 4_000, samples: 3 } },
  contenders: [
    {
      name: 'file',
      label: 'a file, each line flushed',
      module: new URL('./file.js', import.meta.url),
    },
    publishing(1),
    publishing(64),
  ],
  ratios: [
    { ours: 'lmdb-1', theirs: 'file' },
    { ours: 'lmdb-64', theirs: 'file' },
  ],
  setUp: async () => ({
    measure: (contestant, count) => contestant.measure(count, () => contestant.request('run', count)),
    tearDown: async () => {},
  }),
});
