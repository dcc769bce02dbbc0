import {
  All,
  Body,
  Controller,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Param,
  Post,
  Req,
  RequestMethod,
  Version,
  VersioningType,
} from '@nestjs/common';
import { HttpAdapterHost, NestFactory, RouterModule } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, RouteConfig } from '@nestjs/platform-fastify';
import { describe, expect, it } from '@jest/globals';
import { type InboundWebhook, RealtimeModule, Webhook, WebhookEvent } from 'nestjs-realtime';
import { ADAPTERS, startApp } from '../support/app.js';
import { deliver } from './deliver.js';
import { expectWebhook, Hooks, JSON_TYPE, options, send } from './hooks.js';

describe.each(ADAPTERS)('webhook routes on %s', (adapter) => {
  it('under a global prefix and URI versions', async () => {
    @Controller({ path: 'hooks', version: ['1', '2'] })
    class Versioned extends Hooks {
      @Version('3')
      @Webhook('latest', options)
      latest(@WebhookEvent() event: InboundWebhook) {
        return { hook: event.data };
      }
    }
    await using app = await startApp({
      adapter,
      controllers: [Versioned],
      configure: (nest) => {
        nest.setGlobalPrefix('api', { exclude: [{ path: 'v2/hooks/courier', method: RequestMethod.POST }] });
        nest.enableVersioning({ type: VersioningType.URI });
      },
    });
    await expectWebhook(`${app.url}/api/v1/hooks/courier`);
    await expectWebhook(`${app.url}/api/v3/hooks/latest?a=1`);
    expect(await send(`${app.url}/api/v9/hooks/courier`, '{}')).toMatchObject({ status: 404 });
  });

  it.each([
    ['header', { type: VersioningType.HEADER, header: 'x-version' }, (v: string) => ({ 'x-version': v })],
    ['media type', { type: VersioningType.MEDIA_TYPE, key: 'v=' }, (v: string) => ({ accept: `a/b;v=${v}` })],
    [
      'custom',
      {
        type: VersioningType.CUSTOM,
        extractor: (request: unknown) => {
          const { headers } = request as { headers: Record<string, string> };
          if (headers['x-own'] === 'fails') throw new Error('no version');
          return headers['x-own'] ?? '';
        },
      },
      (v: string) => ({ 'x-own': v }),
    ],
  ] as const)('beside plain routes of other versions on one path: %s', async (_name, versioning, version) => {
    @Controller({ path: 'hooks' })
    class Versioned {
      @Version('1')
      @Post('courier')
      first(@Body() body: unknown) {
        return { first: body };
      }

      @Version('2')
      @Webhook('courier', options)
      second(@WebhookEvent() event: InboundWebhook) {
        return { hook: event.data };
      }

      @Version('3')
      @Post('courier')
      third(@Body() body: unknown) {
        return { third: body };
      }
    }
    await using app = await startApp({
      adapter,
      controllers: [Versioned],
      configure: (nest) => {
        nest.enableVersioning(versioning);
        // With this, Nest puts its filters behind another function.
        nest.get(HttpAdapterHost).httpAdapter.setOnRouteTriggered(() => {});
      },
    });
    const url = `${app.url}/hooks/courier`;
    await expectWebhook(url, version('2'));
    expect((await deliver(url, '{"a":1}', { ...JSON_TYPE, ...version('1') })).body).toEqual({
      first: { a: 1 },
    });
    expect((await deliver(url, '{"a":1}', { ...JSON_TYPE, ...version('3') })).body).toEqual({
      third: { a: 1 },
    });
    expect(await deliver(url, '{', { ...JSON_TYPE, ...version('1') })).toMatchObject({ status: 400 });
    expect(await deliver(url, '{}', { ...JSON_TYPE, ...version('9') })).toMatchObject({ status: 404 });
    expect((await deliver(url, '{}', { ...JSON_TYPE, ...version('fails') })).status).toBeGreaterThanOrEqual(
      404,
    );
  });

  it('with parameters, beside plain routes that match the same paths', async () => {
    @Controller('hooks')
    class Tenants {
      @Post('before')
      before(@Body() body: unknown) {
        return { before: body };
      }

      @Webhook(':tenant', { ...options, name: 'tenants' })
      @RouteConfig({ own: true })
      tenant(
        @Param('tenant') tenant: string,
        @WebhookEvent() { data }: InboundWebhook,
        @Req() { routeOptions }: { routeOptions?: { config: { own: boolean } } },
      ) {
        return tenant === 'acme' ? { hook: data } : { hook: data, tenant, own: routeOptions?.config.own };
      }
    }
    await using app = await startApp({ adapter, controllers: [Tenants] });
    await expectWebhook(`${app.url}/hooks/acme`);
    expect((await deliver(`${app.url}/hooks/before`, '{"a":1}', JSON_TYPE)).body).toEqual({
      before: { a: 1 },
    });
    const own = adapter === 'fastify' ? { own: true } : {};
    expect((await send(`${app.url}/hooks/a%2Fb`, '1')).body).toEqual({ hook: 1, tenant: 'a/b', ...own });
    expect(await send(`${app.url}/hooks/%ff`, '1')).toMatchObject({ status: 400 });
  });

  it('behind middleware bound to them, under a module path, and with an @All() beside', async () => {
    const seen: string[] = [];

    @Controller('rest')
    class Rest {
      @All(':rest')
      all(@Body() body: unknown) {
        return { all: body };
      }
    }

    @Module({ controllers: [Hooks, Rest] })
    class HooksModule implements NestModule {
      configure(consumer: MiddlewareConsumer) {
        const middleware = (_request: unknown, _response: unknown, next: () => void) => {
          seen.push('middleware');
          next();
        };
        consumer.apply(middleware).forRoutes(Hooks);
      }
    }
    await using app = await startApp({
      adapter,
      imports: [HooksModule, RouterModule.register([{ path: 'module', module: HooksModule }])],
    });
    await expectWebhook(`${app.url}/module/hooks/courier`);
    expect(seen).toHaveLength(3);
    const { body } = await deliver(`${app.url}/module/rest/courier`, '{"a":1}', JSON_TYPE);
    expect(body).toEqual({ all: { a: 1 } });
  });

  it('in an application made by NestFactory, without its body parser too', async () => {
    @Module({ imports: [RealtimeModule.forRoot()], controllers: [Hooks] })
    class AppModule {}
    for (const bodyParser of [true, false]) {
      const httpAdapter = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
      const nest = await NestFactory.create(AppModule, httpAdapter, { logger: false, bodyParser });
      try {
        await nest.listen(0, '127.0.0.1');
        await expectWebhook(`${await nest.getUrl()}/hooks/courier`);
      } finally {
        await nest.close();
      }
    }
  });
});

it('on Express, paths match as its own do', async () => {
  await using app = await startApp({ controllers: [Hooks] });
  await expectWebhook(`${app.url}/HOOKS/Courier/`);
});
