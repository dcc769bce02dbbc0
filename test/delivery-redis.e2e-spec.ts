import { afterAll, beforeAll } from '@jest/globals';
import { redisEngine } from 'nestjs-realtime/redis';
import { deliveryContract } from './contracts/delivery.contract.js';
import { describeWith } from './support/describe-with.js';
import { REDIS } from './support/ensure-system.js';
import { RedisServer } from './support/redis-server.js';

/** Those where nodes differ: the rest is the same code as with any engine. */
const OF_NODES = ['another transport, another node, the same cursor', 'deploys, one node after the other'];

describeWith(REDIS)('over a real server', () => {
  let server: RedisServer;
  let logs = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  deliveryContract(
    'redis',
    () => {
      const options = { url: server.url, prefix: `log-${++logs}` };
      return [redisEngine(options), redisEngine(options)];
    },
    ({ name }) => OF_NODES.includes(name),
  );
});
