import {
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  type ArgumentsHost,
  HttpCode,
  HttpException,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Req,
  Scope,
  StreamableFile,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { type InboundWebhook, slack, Webhook, WebhookEvent, WebhookMetrics } from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { concat, map, of, throwError } from 'rxjs';
import { ADAPTERS, startApp } from '../support/app.js';
import { deliver } from './deliver.js';
import { JSON_TYPE, options, send } from './hooks.js';

const seen: string[] = [];

@Injectable()
class Turnstile implements CanActivate {
  canActivate(context: ExecutionContext) {
    const { headers, body } = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string>; body: unknown }>();
    seen.push(`guard ${typeof body}`);
    return headers['x-refuse'] === undefined;
  }
}

@Injectable()
class Wrap implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    seen.push('interceptor');
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

@Injectable()
class Amount implements PipeTransform {
  transform(value: { amount?: unknown; data?: { amount?: unknown } }) {
    seen.push('pipe');
    if (typeof (value.data ?? value).amount !== 'number') throw new HttpException('no amount', 422);
    return value;
  }
}

@Catch(HttpException)
class Formatted implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(error: HttpException, host: ArgumentsHost) {
    const response: unknown = host.switchToHttp().getResponse();
    this.host.httpAdapter.reply(response, { filtered: error.getStatus() }, error.getStatus());
  }
}

@Controller('hooks')
@UseInterceptors(Wrap)
@UseFilters(Formatted)
class Hooks {
  @Webhook('paid', { ...options, dedupeMs: 1000 })
  @UseGuards(Turnstile)
  paid(@WebhookEvent(Amount) { data }: InboundWebhook<{ amount: number }>) {
    seen.push('handler');
    return data.amount;
  }

  @UsePipes(Amount)
  @HttpCode(202)
  @Webhook('above', options)
  above(@Body() body: { amount: number }) {
    return body.amount;
  }

  @Webhook('below', options)
  @HttpCode(204)
  below() {}

  @Webhook('slack', { scheme: slack({ secret: 's' }) })
  slack() {
    throw new HttpException('not reached', 500);
  }
}

describe.each(ADAPTERS)('what Nest puts around a route is around a webhook, on %s', (adapter) => {
  it('guards, interceptors, pipes and filters', async () => {
    await using app = await startApp({ adapter, controllers: [Hooks] });
    const url = `${app.url}/hooks/paid`;
    const attempt = async (body: string, headers = {}) => {
      seen.length = 0;
      const { status, body: answer } = await send(url, body, headers);
      return [status, answer, seen.join()];
    };
    expect(await attempt('{"amount":1}', { 'x-refuse': '1' })).toEqual([
      403,
      { filtered: 403 },
      'guard undefined',
    ]);
    const unsigned = await deliver(url, '{"amount":1}', JSON_TYPE);
    expect([unsigned.status, unsigned.body]).toEqual([401, { filtered: 401 }]);
    const all = 'guard undefined,interceptor,pipe';
    expect(await attempt('{"amount":"1"}')).toEqual([422, { filtered: 422 }, all]);
    expect(await attempt('{"amount":"1"}')).toEqual([422, { filtered: 422 }, all]);
    expect(await attempt('{"amount":1}')).toEqual([200, { data: 1 }, `${all},handler`]);
    expect(await attempt('{"amount":1}')).toEqual([200, {}, 'guard undefined,interceptor']);
    expect(app.nest.get(WebhookMetrics).counts).toEqual([
      { webhook: 'paid', outcome: 'signature-missing', count: 1 },
      { webhook: 'paid', outcome: 'failed', count: 2 },
      { webhook: 'paid', outcome: 'handled', count: 1 },
      { webhook: 'paid', outcome: 'duplicate', count: 1 },
    ]);
  });

  it('@HttpCode, above or below', async () => {
    await using app = await startApp({ adapter, controllers: [Hooks] });
    expect(await send(`${app.url}/hooks/above`, '{"amount":1}')).toMatchObject({
      status: 202,
      text: '{"data":1}',
    });
    expect(await send(`${app.url}/hooks/above`, '{}')).toMatchObject({ status: 422 });
    expect(await send(`${app.url}/hooks/below`, '{}')).toMatchObject({ status: 204 });
  });

  it('but around the answer to a handshake', async () => {
    await using app = await startApp({ adapter, controllers: [Hooks] });
    const body = '{"type":"url_verification","challenge":"abc"}';
    const headers = { ...JSON_TYPE, ...signWebhook(slack({ secret: 's' }), body) };
    expect(await deliver(`${app.url}/hooks/slack`, body, headers)).toMatchObject({
      status: 200,
      text: 'abc',
    });
    expect(app.nest.get(WebhookMetrics).count('slack', 'handshake')).toBe(1);
  });

  it('and a handler may return an Observable or a stream, or be made for each request', async () => {
    @Controller({ path: 'hooks', scope: Scope.REQUEST })
    class PerRequest {
      private calls = 0;

      @Webhook('observable', { ...options, dedupeMs: 1000 })
      observable(@WebhookEvent() { data }: InboundWebhook<number>) {
        return data > 1 ? throwError(() => new HttpException('no', 418)) : concat(of(data), of(++this.calls));
      }

      @Webhook('stream', options)
      stream(@Req() { headers }: { headers: Record<string, string> }) {
        return new StreamableFile(Buffer.from(headers['content-type']!));
      }
    }
    await using app = await startApp({ adapter, controllers: [PerRequest] });
    expect(await send(`${app.url}/hooks/observable`, '0')).toMatchObject({ status: 200, text: '1' });
    expect(await send(`${app.url}/hooks/observable`, '1')).toMatchObject({ status: 200, text: '1' });
    expect(await send(`${app.url}/hooks/observable`, '1')).toMatchObject({ status: 200, text: '' });
    expect(await send(`${app.url}/hooks/observable`, '2')).toMatchObject({ status: 418 });
    expect(await send(`${app.url}/hooks/observable`, '2')).toMatchObject({ status: 418 });
    expect(await send(`${app.url}/hooks/stream`, '1')).toMatchObject({ text: 'application/json' });
  });
});
