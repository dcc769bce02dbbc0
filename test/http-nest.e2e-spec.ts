import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  type INestApplication,
  Inject,
  Param,
  ParseIntPipe,
  Res,
  Scope,
  UnauthorizedException,
  UseFilters,
  UseGuards,
  VersioningType,
} from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost, REQUEST } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { LongPoll, ShortPoll, Sse, topic } from 'nestjs-realtime';
import { AllReaders, READERS } from './support/all-readers.js';
import { ADAPTERS, startApp } from './support/app.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { Gate } from './support/gate.js';
import { ask, askLog } from './support/http-answer.js';
import { Inbox } from './support/inbox.js';
import { getRequest, rawClient } from './support/raw-client.js';
import { openSse } from './support/sse-client.js';
import { until } from './support/until.js';

interface Request {
  readonly headers: Readonly<Record<string, string>>;
}

interface Answer {
  header(name: string, value: string): void;
}

class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext) {
    const { token } = context.switchToHttp().getRequest<Request>().headers;
    if (token === undefined) throw new UnauthorizedException();
    return token === 'right';
  }
}

class Slow implements CanActivate {
  static gate = new Gate();
  static readonly passed = new Inbox<void>();

  async canActivate() {
    await Slow.gate.pass();
    setImmediate(() => Slow.passed.push());
    return true;
  }
}

@Catch(ForbiddenException)
class Elsewhere implements ExceptionFilter {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: ForbiddenException, host: ArgumentsHost) {
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { filtered: error.message }, 410);
  }
}

/** Routes whose declarations are inherited. */
abstract class Inherited {
  abstract readonly prefix: string;

  @LongPoll(':id/events')
  events(@Param('id', ParseIntPipe) id: number) {
    return topic(this.prefix, id);
  }

  @Sse(':id/stream')
  stream(@Param('id', ParseIntPipe) id: number) {
    return topic(this.prefix, id);
  }
}

@Controller({ path: 'dishes', scope: Scope.REQUEST, version: '2' })
class DishesController extends Inherited {
  readonly prefix = 'dishes';

  constructor(@Inject(REQUEST) private readonly request: Request) {
    super();
  }

  @LongPoll('mine', { topic: 'dishes/1' })
  mine() {
    return `of ${this.request.headers.token}`;
  }

  @ShortPoll('with-response')
  withResponse(@Res() response: Answer) {
    response.header('X-Handler', 'was here');
    return topic('dishes', 1);
  }

  @ShortPoll('state-with-response')
  stateWithResponse(@Res() response: Answer) {
    response.header('X-Handler', 'was here');
    return { state: 1 };
  }

  @Sse('refused')
  @UseFilters(Elsewhere)
  refused(): never {
    throw new ForbiddenException('not yours');
  }

  @ShortPoll('refused-poll')
  @UseFilters(Elsewhere)
  async refusedPoll(): Promise<never> {
    throw new ForbiddenException('not yours');
  }
}

@Controller('slow')
@UseGuards(Slow)
class SlowController extends AllReaders {}

describe.each(ADAPTERS)('readers among the rest of Nest on %s', (adapter) => {
  it('run nothing for whom a guard refuses', async () => {
    const providers = [{ provide: APP_GUARD, useClass: TokenGuard }];
    await using app = await startApp({ adapter, controllers: [AllReaders], providers });
    for (const path of READERS) {
      const url = `${app.url}/readers/${path}?since=garbage&wait=x`;
      const unknown = await ask(url);
      expect([unknown.status, unknown.body]).toMatchObject([401, { statusCode: 401 }]);
      expect(unknown.headers.get('realtime-cursor')).toBeNull();
      expect((await ask(url, { token: 'wrong' })).status).toBe(403);
    }
    expect(app.nest.get(AllReaders).runs).toBe(0);
    expect((await ask(`${app.url}/readers/short`, { token: 'right' })).status).toBe(200);
    expect(census(app)).toEqual(NOBODY);
  });

  it('run nothing for whom has left during a guard', async () => {
    await using app = await startApp({ adapter, controllers: [SlowController] });
    const gate = (Slow.gate = new Gate());
    const leave = async (path: string) => {
      const { arrived } = gate;
      const client = await rawClient(app.port, getRequest(`/slow/${path}?since=earliest&wait=55`));
      await until(() => gate.arrived > arrived);
      client.socket.destroy();
    };
    for (const path of READERS) await leave(path);
    const server = app.nest.getHttpServer() as {
      getConnections(tell: (error: unknown, count: number) => void): void;
    };
    let connections = -1;
    await until(() => {
      server.getConnections((_, count) => (connections = count));
      return connections === 0;
    });
    gate.open();
    await Slow.passed.take(READERS.length);
    expect((await ask(`${app.url}/slow/short`)).status).toBe(200);
    expect(app.nest.get(SlowController).runs).toBe(1);
    expect(census(app)).toEqual(NOBODY);
  });

  it('are inherited, request-scoped, versioned, behind a prefix and behind pipes', async () => {
    const configure = (nest: INestApplication) => {
      nest.setGlobalPrefix('api');
      nest.enableVersioning({ type: VersioningType.URI });
    };
    await using app = await startApp({ adapter, controllers: [DishesController], configure });
    const dishes = `${app.url}/api/v2/dishes`;
    expect((await ask(`${dishes}/x/events`)).status).toBe(400);
    expect((await ask(`${dishes}/x/stream`)).status).toBe(400);
    const { cursor } = await askLog(`${dishes}/1/events`);
    using stream = await openSse(`${dishes}/1/stream?since=${cursor}`);
    const waiting = askLog(`${dishes}/1/events?since=${cursor}`);
    await until(() => census(app).connections === 2);
    const event = await app.bus.publish('dishes/1', 'soup');
    expect(await waiting).toEqual({ cursor: event.id, events: [event] });
    expect((await stream.messages.take(2)).map(({ event: type }) => type).toSorted()).toEqual([
      '$live',
      'message',
    ]);
    const [a, b] = await Promise.all(['a', 'b'].map((token) => ask(`${dishes}/mine`, { token })));
    expect([a!.text, b!.text]).toEqual(['of a', 'of b']);
    const waits = ['a', 'b'].map((token) => ask(`${dishes}/mine`, { token, 'If-None-Match': '"x"' }));
    expect((await Promise.all(waits)).map(({ text }) => text)).toEqual(['of a', 'of b']);
  });

  it('answer also where a handler takes the response', async () => {
    await using app = await startApp({
      adapter,
      controllers: [DishesController],
      configure: (nest) => void nest.enableVersioning({ type: VersioningType.HEADER, header: 'V' }),
    });
    for (const path of ['with-response', 'state-with-response']) {
      const { status, headers } = await ask(`${app.url}/dishes/${path}`, { V: '2' });
      expect([status, headers.get('x-handler')]).toEqual([200, 'was here']);
    }
  });

  it('leave what handlers throw to exception filters', async () => {
    await using app = await startApp({
      adapter,
      controllers: [DishesController],
      configure: (nest) => void nest.enableVersioning({ type: VersioningType.HEADER, header: 'V' }),
    });
    for (const path of ['refused', 'refused-poll']) {
      const { status, body } = await ask(`${app.url}/dishes/${path}`, { V: '2' });
      expect([status, body]).toEqual([410, { filtered: 'not yours' }]);
    }
    await nobodyLeft(app);
  });
});
