import { Controller } from '@nestjs/common';
import { github, RealtimeModule, Webhook, WebhookEvent } from 'nestjs-realtime';
import { emptyEngine } from '../../shared/engine.js';
import { decorate, listen } from '../../shared/nest-app.js';
import { adapterOf } from '../adapter.js';
import { PATH, SECRET } from '../terms.js';

/**
 * Verified, and each delivery is handled once. Nothing is published to the log, for the others have none.
 * @param {{ adapter: string, engine: string }} argument
 */
export async function start({ adapter, engine: name }) {
  const { engine, remove } = emptyEngine(name);
  class HooksController {
    async receive() {}
  }
  WebhookEvent()(HooksController.prototype, 'receive', 0);
  decorate(HooksController, [Controller()], {
    receive: [Webhook(PATH, { scheme: github({ secret: SECRET }), publish: false })],
  });
  class AppModule {}
  const module = {
    module: AppModule,
    imports: [RealtimeModule.forRoot({ engine })],
    controllers: [HooksController],
  };
  const { app, port } = await listen(module, adapterOf(adapter));
  return {
    port,
    async stop() {
      await app.close();
      remove();
    },
  };
}
