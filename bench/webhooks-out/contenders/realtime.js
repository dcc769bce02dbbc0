import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { RealtimeBus, RealtimeModule, WebhookEndpoints } from 'nestjs-realtime';
import { emptyEngine } from '../../shared/engine.js';
import { publishAll } from '../../shared/publish-all.js';
import { SECRET } from '../terms.js';

/** @param {{ url: string, engine: string }} target */
export async function start({ url, engine: name }) {
  const { engine, remove } = emptyEngine(name);
  class AppModule {}
  const webhooks = { allowHttp: true, allowAddresses: ['127.0.0.0/8'] };
  const app = await NestFactory.createApplicationContext(
    { module: AppModule, imports: [RealtimeModule.forRoot({ engine, webhooks })] },
    { logger: ['error'] },
  );
  const [bus, endpoints] = [app.get(RealtimeBus), app.get(WebhookEndpoints)];
  const { id } = await endpoints.create({ url, topics: ['bench'], secret: SECRET });

  return {
    async prepare(/** @type {number} */ count) {
      await endpoints.pause(id);
      await publishAll(bus, count);
    },
    run: () => endpoints.resume(id),
    async stop() {
      await app.close();
      remove();
    },
  };
}
