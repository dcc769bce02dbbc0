import { Body, Controller, Headers, Post, RawBody, UnauthorizedException } from '@nestjs/common';
import { verify } from '@octokit/webhooks-methods';
import { decorate, listen } from '../../shared/nest-app.js';
import { adapterOf } from '../adapter.js';
import { PATH, SECRET } from '../terms.js';

/**
 * What one writes with Nest alone: the signature is verified, and repeated deliveries are not recognised.
 * @param {{ adapter: string }} argument
 */
export async function start({ adapter }) {
  class HooksController {
    /**
     * @param {Buffer} raw
     * @param {string} signature
     */
    async receive(raw, signature) {
      if (!(await verify(SECRET, raw.toString(), signature))) throw new UnauthorizedException();
    }
  }
  RawBody()(HooksController.prototype, 'receive', 0);
  Headers('x-hub-signature-256')(HooksController.prototype, 'receive', 1);
  Body()(HooksController.prototype, 'receive', 2);
  decorate(HooksController, [Controller()], { receive: [Post(PATH)] });
  class AppModule {}
  const module = { module: AppModule, controllers: [HooksController] };
  const { app, port } = await listen(module, adapterOf(adapter), { rawBody: true });
  return { port, stop: () => app.close() };
}
