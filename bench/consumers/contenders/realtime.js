import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Consumers, OnTopic, RealtimeBus, RealtimeModule } from 'nestjs-realtime';
import { emptyEngine } from '../../shared/engine.js';
import { decorate } from '../../shared/nest-app.js';
import { publishAll } from '../../shared/publish-all.js';
import { Countdown } from '../countdown.js';

/** @param {{ engine: string, concurrency: number }} argument */
export async function start({ engine: name, concurrency }) {
  const { engine, remove } = emptyEngine(name);
  const countdown = new Countdown();
  class Handlers {
    async handle() {
      countdown.tick();
    }
  }
  decorate(Handlers, [], { handle: [OnTopic('bench', { durable: 'bench', concurrency })] });
  class AppModule {}
  const app = await NestFactory.createApplicationContext(
    { module: AppModule, imports: [RealtimeModule.forRoot({ engine })], providers: [Handlers] },
    { logger: ['error'] },
  );
  const [bus, consumers] = [app.get(RealtimeBus), app.get(Consumers)];

  return {
    async prepare(/** @type {number} */ count) {
      await consumers.pause('bench');
      await publishAll(bus, count);
    },
    async run(/** @type {number} */ count) {
      const done = countdown.from(count);
      await consumers.resume('bench');
      await done;
    },
    async stop() {
      await app.close();
      remove();
    },
  };
}
