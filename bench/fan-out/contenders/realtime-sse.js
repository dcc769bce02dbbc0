import { Controller } from '@nestjs/common';
import { RealtimeBus, RealtimeModule, Sse, topic } from 'nestjs-realtime';
import { EVENT } from '../../shared/event.js';
import { decorate, listen } from '../../shared/nest-app.js';

/** @param {import('@nestjs/core').AbstractHttpAdapter} [adapter] */
export async function start(adapter) {
  class EventsController {
    events() {
      return topic('bench');
    }
  }
  decorate(EventsController, [Controller()], { events: [Sse('events')] });
  class AppModule {}
  const { app, port } = await listen(
    { module: AppModule, imports: [RealtimeModule.forRoot()], controllers: [EventsController] },
    adapter,
  );
  const bus = app.get(RealtimeBus);

  return {
    port,
    publish(/** @type {number} */ events) {
      for (let sent = 0; sent < events; sent++) void bus.publish('bench', EVENT);
    },
    stop: () => app.close(),
  };
}
