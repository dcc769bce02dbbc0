import { Controller, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it } from '@jest/globals';
import { RealtimeModule } from 'nestjs-realtime';
import { ADAPTERS, type AdapterName, type AppOptions, startApp } from '../support/app.js';
import { deliver } from './deliver.js';
import { expectWebhook, Hooks, JSON_TYPE, Plain, send } from './hooks.js';
import { OperatorLog } from './operator-log.js';

describe.each(ADAPTERS)('webhooks on %s', (adapter) => {
  it.each([false, true])('leave other routes alone, rawBody: %s', async (rawBody) => {
    const application = { adapter, application: { rawBody }, configure: ownParser };
    await using without = await startApp({ ...application, controllers: [Plain] });
    await using app = await startApp({ ...application, controllers: [Hooks, Plain] });
    for (const [type, body] of [
      ['application/json', '{"a": 1}'],
      ['application/json', '{"a":'],
      ['application/json', ''],
      ['application/json', JSON.stringify('a'.repeat(2_000_000))],
      ['application/x-www-form-urlencoded', 'a=1&b[c]=2'],
      ['text/plain', 'text'],
      ['application/xml', '<a/>'],
      ['application/x-own', 'own'],
      ['application/x-nestjs-realtime-captured', '{}'],
      [undefined, '{"a": 1}'],
      [undefined, ''],
    ] as const) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const expected = await deliver(`${without.url}/hooks/plain`, body, headers);
      const answer = await deliver(`${app.url}/hooks/plain`, body, headers);
      expect([type, answer.status, answer.text]).toEqual([type, expected.status, expected.text]);
    }
    await expectWebhook(`${app.url}/hooks/courier`);
    const own = await send(`${app.url}/hooks/courier`, 'own', { 'content-type': 'application/x-own' });
    expect(own.body).toEqual({ hook: 'own' });
  });

  it('of several applications in one process', async () => {
    await using one = await startApp({ adapter, controllers: [Hooks, Plain] });
    await using two = await startApp({ adapter: other(adapter), controllers: [Hooks] });
    await expectWebhook(`${one.url}/hooks/courier`);
    await expectWebhook(`${two.url}/hooks/courier`);
    expect(await deliver(`${one.url}/hooks/plain`, '{}', JSON_TYPE)).toMatchObject({ status: 200 });
  });
});

it('on Express, a parser in front of Nest is reported to the operator', async () => {
  @Module({ imports: [RealtimeModule.forRoot()], controllers: [Hooks] })
  class AppModule {}
  const httpAdapter = new ExpressAdapter();
  httpAdapter.useBodyParser('json', false);
  const log = new OperatorLog();
  const nest = await NestFactory.create(AppModule, httpAdapter, { logger: log });
  try {
    await nest.listen(0, '127.0.0.1');
    expect(await send(`${await nest.getUrl()}/hooks/courier`, '{}')).toMatchObject({ status: 500 });
    expect(await log.next('courier:')).toMatch(/^courier: its body was read by something in front of Nest/);
  } finally {
    await nest.close();
  }
});

it('on Express, two applications on one adapter', async () => {
  const httpAdapter = new ExpressAdapter();
  const start = async (controller: NonNullable<AppOptions['controllers']>[number]) => {
    @Module({ imports: [RealtimeModule.forRoot()], controllers: [controller] })
    class AppModule {}
    return NestFactory.create(AppModule, httpAdapter, { logger: false });
  };
  @Controller('others')
  class Others extends Hooks {}
  const first = await start(Hooks);
  const second = await start(Others);
  try {
    first.setGlobalPrefix('first');
    await first.init();
    await second.listen(0, '127.0.0.1');
    const url = await second.getUrl();
    await expectWebhook(`${url}/first/hooks/courier`);
    await expectWebhook(`${url}/others/courier`);
  } finally {
    await second.close();
    await first.close();
  }
});

function other(adapter: AdapterName): AdapterName {
  return adapter === 'express' ? 'fastify' : 'express';
}

/** A body parser of the application's own, on either adapter. */
function ownParser(nest: INestApplication): void {
  const adapter = nest.getHttpAdapter();
  if (adapter instanceof ExpressAdapter) adapter.useBodyParser('text', false, { type: 'application/x-own' });
  if (adapter instanceof FastifyAdapter) adapter.useBodyParser('application/x-own', false);
}
