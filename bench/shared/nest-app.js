import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';

/**
 * Decorators without the syntax for them.
 * @param {Function} target
 * @param {ClassDecorator[]} ofClass
 * @param {Record<string, MethodDecorator[]>} ofMethods
 */
export function decorate(target, ofClass, ofMethods) {
  for (const [name, decorators] of Object.entries(ofMethods)) {
    const descriptor = /** @type {PropertyDescriptor} */ (
      Object.getOwnPropertyDescriptor(target.prototype, name)
    );
    for (const decorator of decorators) decorator(target.prototype, name, descriptor);
    Object.defineProperty(target.prototype, name, descriptor);
  }
  for (const decorator of ofClass) decorator(target);
}

/**
 * A Nest application on a free port of the loopback interface.
 * @param {import('@nestjs/common').DynamicModule} module
 * @param {import('@nestjs/core').AbstractHttpAdapter} [adapter] Express, when left out
 * @param {import('@nestjs/common').NestApplicationOptions} [options]
 */
export async function listen(module, adapter = new ExpressAdapter(), options = {}) {
  const app = await NestFactory.create(module, adapter, { logger: false, ...options });
  await app.listen(0, '127.0.0.1');
  return { app, port: /** @type {import('node:net').AddressInfo} */ (app.getHttpServer().address()).port };
}
