import { Controller, Get, Res } from '@nestjs/common';
import { decorate, listen } from '../../shared/nest-app.js';

/** What Nest and Express keep for an open response, whatever is done with it. */
export async function start() {
  class EventsController {
    events(/** @type {import('node:http').ServerResponse} */ response) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
      response.flushHeaders();
    }
  }
  Res()(EventsController.prototype, 'events', 0);
  decorate(EventsController, [Controller()], { events: [Get('events')] });
  class AppModule {}
  const { app, port } = await listen({ module: AppModule, controllers: [EventsController] });

  return {
    port,
    publish() {},
    async stop() {
      app.getHttpServer().closeAllConnections();
      await app.close();
    },
  };
}
