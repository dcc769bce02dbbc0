import { Controller, Sse } from '@nestjs/common';
import { Subject } from 'rxjs';
import { EVENT } from '../../shared/event.js';
import { decorate, listen } from '../../shared/nest-app.js';

export async function start() {
  /** @type {Subject<{ data: object }>} */
  const events = new Subject();
  class EventsController {
    events() {
      return events;
    }
  }
  decorate(EventsController, [Controller()], { events: [Sse('events')] });
  class AppModule {}
  const { app, port } = await listen({ module: AppModule, controllers: [EventsController] });

  return {
    port,
    publish(/** @type {number} */ count) {
      for (let sent = 0; sent < count; sent++) events.next({ data: EVENT });
    },
    async stop() {
      app.getHttpServer().closeAllConnections();
      await app.close();
    },
  };
}
