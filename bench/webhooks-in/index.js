import { benchmark } from '../shared/benchmark.js';
import { Child } from '../shared/rpc.js';

const module = (/** @type {string} */ name) => new URL(`./contenders/${name}.js`, import.meta.url);

const contenders = [
  { adapter: 'express', title: 'Express' },
  { adapter: 'fastify', title: 'Fastify' },
].flatMap(({ adapter, title }) => [
  {
    name: `nest-${adapter}`,
    label: `Nest's \`@Post\` and @octokit/webhooks-methods, ${title}`,
    module: module('nest-post'),
    argument: { adapter },
  },
  {
    name: `realtime-${adapter}`,
    label: `nestjs-realtime \`@Webhook\`, ${title}`,
    module: module('realtime'),
    argument: { adapter, engine: 'memory' },
  },
]);

await benchmark({
  name: 'webhooks-in',
  unit: ['delivery', 'deliveries'],
  packages: [
    'nestjs-realtime',
    '@nestjs/core',
    '@nestjs/platform-express',
    '@nestjs/platform-fastify',
    '@octokit/webhooks-methods',
  ],
  plans: { full: { count: 20_000, samples: 7 }, quick: { count: 5_000, samples: 3 } },
  contenders,
  ratios: ['express', 'fastify'].map((adapter) => ({
    ours: `realtime-${adapter}`,
    theirs: `nest-${adapter}`,
    atLeast: 0.9,
  })),
  async setUp({ others }) {
    const sender = new Child(new URL('./sender.js', import.meta.url), { core: others });
    return {
      measure: (contestant, count) =>
        contestant.measure(count, () => sender.request('send', { port: contestant.port, count })),
      tearDown: () => sender.stop(),
    };
  },
});
