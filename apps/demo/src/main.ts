import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { RealtimeConfigurationError } from 'nestjs-realtime';
import { AppModule } from './app.module.js';
import { CharityServer } from './charity/charity-server.js';
import { DataFolder } from './data-folder.js';
import { leave, listen, portFrom } from './listen.js';
import { Network } from './network/network.js';
import { putBefore } from './network/put-before.js';
import { servePages } from './pages.js';

const port = portFrom(process.env['PORT']);
const data = DataFolder.from(process.env['DATA']);
const charity = new CharityServer(data.charity);

// What keeps it from starting is said here, in one line.
Logger.overrideLogger(false);
const app = await create().catch((error: unknown) => {
  if (error instanceof RealtimeConfigurationError) leave(`${error.message} DATA chooses the folder.`);
  throw error;
});
Logger.overrideLogger(['warn', 'error', 'fatal']);

const address = await listen(app, port);
await charity.reportTo(`http://127.0.0.1:${new URL(address).port}/webhooks/charity`);
console.log(`The restaurant is open: ${address}\nThe charity next door:  ${charity.address}`);

async function create(): Promise<NestExpressApplication> {
  await charity.open();
  const app = await NestFactory.create<NestExpressApplication>(AppModule.open(data, charity), {
    abortOnError: false,
  });
  app.enableShutdownHooks();
  servePages(app);
  await app.init();
  putBefore(app.getHttpServer(), app.get(Network));
  return app;
}
