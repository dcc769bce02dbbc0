import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { servePages } from './pages.js';
import { listen, portFrom } from './listen.js';

const port = portFrom(process.env['PORT']);
const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  logger: ['warn', 'error', 'fatal'],
});
app.enableShutdownHooks();
servePages(app);
console.log(`The restaurant is open: ${await listen(app, port)}`);
