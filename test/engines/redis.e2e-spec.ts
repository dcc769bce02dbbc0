import { afterAll, beforeAll } from '@jest/globals';
import { redisEngine } from 'nestjs-realtime/redis';
import { engineContract } from '../contracts/engine.contract.js';
import { describeWith } from '../support/describe-with.js';
import { REDIS } from '../support/ensure-system.js';
import { RedisServer } from '../support/redis-server.js';

describeWith(REDIS)('over a real server', () => {
  let server: RedisServer;
  let logs = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  engineContract(
    'redis',
    async (retention) => {
      const prefix = `log-${++logs}`;
      const start = async () => {
        const engine = redisEngine({ url: server.url, prefix });
        await engine.start(retention);
        return engine;
      };
      let engine = await start();
      return {
        engine,
        reopen: async () => {
          await engine.stop();
          return (engine = await start());
        },
        close: () => engine.stop(),
      };
    },
    { clock: false, maxBytes: false, reopens: true, durable: true, runs: 20 },
  );
});
