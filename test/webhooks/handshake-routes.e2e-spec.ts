import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  SetMetadata,
  UseGuards,
  UseInterceptors,
  Version,
  VersioningType,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { expect, it } from '@jest/globals';
import {
  cloudEvents,
  type InboundWebhook,
  meta,
  Webhook,
  WebhookEvent,
  WebhookMetrics,
  type WebhookOptions,
} from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { map } from 'rxjs';
import { ADAPTERS, type AdapterName, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { ask, deliver } from './deliver.js';
import { JSON_TYPE } from './hooks.js';

const metaScheme = meta({ secret: 'secret', verifyToken: 'token' });
const verify = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=token';
const CHALLENGE = [200, '1158201444'];

const Public = () => SetMetadata('public', true);

@Injectable()
class OnlyPublic implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext) {
    return this.reflector.getAllAndOverride<boolean>('public', [context.getHandler(), context.getClass()]);
  }
}

const wrap = {
  intercept: (_: unknown, next: CallHandler) => next.handle().pipe(map((data: unknown) => ({ data }))),
};

async function startVersioned(adapter: AdapterName) {
  const events = new Inbox<InboundWebhook>();
  const options: WebhookOptions = { scheme: metaScheme, name: 'versioned' };
  @Controller('hooks')
  @UseGuards(OnlyPublic)
  class Hooks {
    @Public()
    @Version('2')
    @UseInterceptors(wrap)
    @Webhook('public', options)
    above(@WebhookEvent() event: InboundWebhook) {
      events.push(event);
    }

    @Webhook('below', { ...options, name: 'below' })
    @Version('2')
    @Public()
    below() {}

    @Version('2')
    @Webhook('private', { ...options, name: 'private' })
    private() {}

    @Get('other')
    @Public()
    @Version('2')
    other() {
      return 'other';
    }
  }
  const app = await startApp({
    adapter,
    controllers: [Hooks],
    configure: (nest) => void nest.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
  });
  return Object.assign(app, { events, metrics: app.nest.get(WebhookMetrics) });
}

it.each(ADAPTERS)(
  'a handshake has the guards, prefix and version of its webhook, and no interceptor wraps it, on %s',
  async (adapter) => {
    await using app = await startVersioned(adapter);
    const at = async (path: string) => {
      const { status, text } = await ask('GET', `${app.url}/api/${path}?${verify}`);
      return [status, text];
    };
    expect(await at('v2/hooks/public')).toEqual(CHALLENGE);
    expect(await at('v2/hooks/below')).toEqual(CHALLENGE);
    expect((await at('v2/hooks/private'))[0]).toBe(403);
    expect((await at('v1/hooks/public'))[0]).toBe(404);
    expect(await at('v2/hooks/other')).toEqual([200, 'other']);
    const body = '{"object":"page"}';
    const headers = { ...JSON_TYPE, ...signWebhook(metaScheme, body) };
    expect(await deliver(`${app.url}/api/v2/hooks/public`, body, headers)).toMatchObject({ status: 200 });
    expect(await app.events.next()).toMatchObject({ type: 'page' });
    expect(app.metrics.count('versioned', 'handshake')).toBe(1);
  },
);

interface Preflight {
  readonly headers: Readonly<Record<string, string>>;
}

type Done = (error: null, options: { origin: boolean; preflightContinue: boolean }) => void;

/** CORS as the guide has it beside a webhook that is asked by OPTIONS. */
const CORS = {
  express: ({ headers }: Preflight, done: Done) =>
    done(null, { origin: true, preflightContinue: 'webhook-request-origin' in headers }),
  fastify: { origin: true, preflightContinue: true, strictPreflight: false },
};

it.each(ADAPTERS)('a handshake by OPTIONS gets past CORS, on %s', async (adapter) => {
  @Controller()
  class Hook {
    @Webhook('hook', { scheme: cloudEvents({ secret: 'secret' }) })
    hook() {}
  }
  const configure = (nest: INestApplication) => nest.enableCors(CORS[adapter]);
  await using app = await startApp({ adapter, controllers: [Hook], configure });
  const handshake = await ask('OPTIONS', `${app.url}/hook`, { 'webhook-request-origin': 'a.example.com' });
  expect([handshake.status, handshake.headers['webhook-allowed-origin']]).toEqual([200, 'a.example.com']);
  const browser = { origin: 'https://a.example.com', 'access-control-request-method': 'POST' };
  const { headers } = await ask('OPTIONS', `${app.url}/hook`, browser);
  expect(headers['access-control-allow-origin']).toBe('https://a.example.com');
});
